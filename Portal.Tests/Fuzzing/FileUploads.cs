using System.IO.Compression;
using System.Text;

namespace Portal.Tests.Fuzzing;

/// <summary>Makes uploads and imports of broken files. Equal seeds give equal requests.</summary>
internal sealed class FileUploads(IReadOnlyList<byte[]> files)
{
    private const string Boundary = "----fuzz";
    private const int MostBytes = 4 * 1024 * 1024;

    private static readonly string[] Tables =
    [
        """{"url":"http://127.0.0.1:1/x.png","label":"red"}""" + "\n",
        "file,label,value\na/picture.png,red,1\nb.png,blue,0\n",
        """{"id":"one","image":"a/picture.png","labels":[{"concept":"red","value":1}],"metadata":{"a":1}}""" + "\n",
        """{"images":[{"id":1,"file_name":"a/picture.png","width":96,"height":96}],"categories":[{"id":1,"name":"red"}],"annotations":[{"id":1,"image_id":1,"category_id":1}]}""",
        """[{"id":1,"data":{"image":"a/picture.png"},"annotations":[{"result":[{"type":"choices","from_name":"c","to_name":"i","value":{"choices":["red"]}}]}]}]""",
        """<?xml version="1.0"?><annotations><version>1.1</version><image id="0" name="a/picture.png" width="96" height="96"><tag label="red"/></image></annotations>""",
    ];

    private static readonly string[] TableNames =
    [
        "addresses.jsonl",
        "labels.csv",
        "labels.jsonl",
        "annotations.json",
        "tasks.json",
        "annotations.xml",
    ];

    public FuzzCase MakeUpload(int seed, string app)
    {
        var random = new Random(seed);
        var body = Multipart(random);
        var isBroken = random.Next(8) == 0;
        var type =
            isBroken && random.Next(3) == 0 ? "multipart/form-data" : $"multipart/form-data; boundary={Boundary}";
        return new FuzzCase(
            seed,
            HttpMethod.Post,
            $"/v2/users/owner/apps/{app}/inputs/upload?skip_duplicates={(random.Next(8) == 0 ? HostileValues.NextWord(random).Length.ToString("x8", null) : "false")}",
            isBroken ? new FileMutator(random).Mutate(body, body) : body,
            type
        );
    }

    /// <summary>A file in two parts, at times at wrong places, and the request that makes an input of it.</summary>
    public IReadOnlyList<FuzzCase> MakeParts(int seed, string app)
    {
        var random = new Random(seed);
        var file = Next(random);
        var id = Convert.ToHexStringLower(Encoding.ASCII.GetBytes($"{seed:x16}"));
        var path = $"/v2/users/owner/apps/{app}/inputs/uploads/{id}";
        var cut = random.Next(file.Length + 1);
        var body = Encoding.UTF8.GetBytes("""{"inputs":[{"data":{"image":{"file_name":"part.png"}}}]}""");
        return
        [
            new(seed, HttpMethod.Put, $"{path}?offset=0", file[..cut], "application/octet-stream"),
            new(seed, HttpMethod.Put, $"{path}?offset={Wrong(random, cut)}", file[cut..], "application/octet-stream"),
            new(seed, HttpMethod.Get, path),
            new(seed, HttpMethod.Post, $"{path}?size={Wrong(random, file.Length)}", body),
        ];
    }

    public FuzzCase MakeImport(int seed, string app)
    {
        var random = new Random(seed);
        var table = random.Next(Tables.Length);
        var text = Encoding.UTF8.GetBytes(Tables[table]);
        if (random.Next(3) > 0)
        {
            text = TableNames[table].EndsWith(".json", StringComparison.Ordinal)
                ? new JsonMutator(random).Mutate(Tables[table])
                : new FileMutator(random).Mutate(text, text);
        }

        var body = random.Next(4) switch
        {
            0 => text,
            1 => Next(random),
            _ => Zip(TableNames[table], text, Next(random), random),
        };
        return new FuzzCase(
            seed,
            HttpMethod.Post,
            $"/v2/users/owner/apps/{app}/imports",
            body,
            "application/octet-stream"
        );
    }

    private static string Wrong(Random random, int right) =>
        random.Next(4) == 0 ? Uri.EscapeDataString(HostileValues.NextWord(random)) : right.ToString("d", null);

    private byte[] Next(Random random)
    {
        var file = files[random.Next(files.Count)];
        var mutated =
            random.Next(12) == 0 ? file : new FileMutator(random).Mutate(file, files[random.Next(files.Count)]);
        return mutated.Length > MostBytes ? mutated[..MostBytes] : mutated;
    }

    private byte[] Multipart(Random random)
    {
        using var body = new MemoryStream();
        for (var left = random.Next(1, 3); left > 0; left--)
        {
            if (random.Next(3) == 0)
            {
                Field("id", $"{HostileValues.NextWord(random)}");
            }

            if (random.Next(3) == 0)
            {
                Field(
                    "concepts",
                    random.Next(2) == 0
                        ? "red,blue"
                        : Encoding.UTF8.GetString(new JsonMutator(random).Mutate("""[{"id":"red","value":1},"blue"]"""))
                );
            }

            if (random.Next(3) == 0)
            {
                Field(
                    "metadata",
                    Encoding.UTF8.GetString(new JsonMutator(random).Mutate("""{"a":{"b":[1,2]},"c":"d"}"""))
                );
            }

            var name =
                random.Next(3) == 0
                    ? HostileValues.NextWord(random).Replace("\"", "%22", StringComparison.Ordinal)
                    : "photo.png";
            Write($"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
            body.Write(Next(random));
            Write("\r\n");
        }
        Write($"--{Boundary}--\r\n");
        return body.ToArray();

        void Field(string name, string value) =>
            Write($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        void Write(string text) => body.Write(Encoding.UTF8.GetBytes(text));
    }

    private static byte[] Zip(string tableName, byte[] table, byte[] picture, Random random)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(random.Next(6) == 0 ? HostileValues.NextWord(random) + "x" : tableName, table);
            Add(random.Next(6) == 0 ? "../" + tableName : "a/picture.png", picture);

            void Add(string name, byte[] bytes)
            {
                // A fixed time, so that equal seeds give equal bytes.
                var entry = zip.CreateEntry(name);
                entry.LastWriteTime = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var stream = entry.Open();
                stream.Write(bytes);
            }
        }
        var whole = file.ToArray();
        return random.Next(3) == 0 ? new FileMutator(random).Mutate(whole, picture) : whole;
    }
}
