using System.IO.Compression;
using System.Text;
using Portal.Core.Errors;
using Portal.Core.Exchange;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>Zips of others, whole and broken.</summary>
public sealed class ZipReadingTests : IDisposable
{
    private static readonly byte[] Timestamps = [.. HandMadeZip.Bytes((2, 0x5455), (2, 5), (1, 1), (4, 1_700_000_000))];
    private readonly TemporaryFolder _folder = new();
    private int _zips;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionLevel.NoCompression, true)]
    [InlineData(CompressionLevel.NoCompression, false)]
    [InlineData(CompressionLevel.SmallestSize, true)]
    [InlineData(CompressionLevel.SmallestSize, false)]
    public void Zips_of_the_platform_are_read(CompressionLevel level, bool canSeek)
    {
        var contents = Contents();
        using var files = Open(Platform(contents, level, canSeek));

        Assert.Equal(contents.Keys.Order(StringComparer.Ordinal), files.Paths);
        Assert.Empty(files.Refused);
        Assert.All(contents, c => Assert.Equal(c.Value, Read(files, c.Key)));
    }

    [Fact]
    public async Task Exports_are_read()
    {
        var contents = Contents();
        using var bytes = new MemoryStream();
        await using (var archive = new ExportArchive(bytes, _folder.Path))
        {
            await archive.WriteTextAsync("lines.txt", writer => writer.WriteAsync("a line\n"));
            foreach (var (path, content) in contents) await archive.WritePictureAsync(path, new MemoryStream(content), TestContext.Current.CancellationToken);
            await archive.FinishAsync(TestContext.Current.CancellationToken);
        }
        using var files = Open(bytes.ToArray());

        Assert.All(contents, c => Assert.Equal(c.Value, Read(files, c.Key)));
        Assert.Equal("a line\n"u8, Read(files, "lines.txt"));
    }

    [Fact]
    public void Fields_of_other_programs_are_understood_or_skipped()
    {
        var content = "content"u8.ToArray();
        using var files = Open(HandMadeZip.Of(
        [
            new("plain", content) { Extra = (_, _, _) => Timestamps, LocalExtra = [.. Timestamps, .. Timestamps], Comment = "a comment" },
            new("start", content) { Start = uint.MaxValue, Extra = (_, _, start) => [.. Timestamps, .. HandMadeZip.Bytes((2, 1), (2, 8), (8, start))] },
            new("all", content) { Method = 8, Start = uint.MaxValue, Length = uint.MaxValue, PackedLength = uint.MaxValue, Extra = (packed, length, start) => HandMadeZip.Bytes((2, 1), (2, 24), (8, length), (8, packed), (8, start)) },
            new("unasked", content) { PackedLength = uint.MaxValue, Extra = (packed, _, _) => HandMadeZip.Bytes((2, 1), (2, 28), (8, 99), (8, packed), (8, 99), (4, 0)) },
            new("folder/", []),
            new("猫", content) { Flags = 1 << 11 },
            new("ü", content),
        ], isLarge: true, comment: "PK\x05\x06 and more"u8.ToArray()));

        Assert.Equal(["all", "plain", "start", "unasked", "ü", "猫"], files.Paths);
        Assert.All(files.Paths, path => Assert.Equal(content, Read(files, path)));
    }

    [Fact]
    public void What_stands_behind_a_zip_does_not_matter()
    {
        using var files = Open([.. HandMadeZip.Of([new("a", [1, 2, 3])]), .. new byte[5000]]);

        Assert.Equal([1, 2, 3], Read(files, "a"));
    }

    [Fact]
    public void Entries_are_read_side_by_side()
    {
        var contents = Contents();
        using var files = Open(Platform(contents, CompressionLevel.Optimal, canSeek: true));
        var open = contents.Select(c => (Expected: c.Value, Stream: files.Open(c.Key), Read: new MemoryStream())).ToList();
        var buffer = new byte[700];

        while (open.Count(o => o.Stream.Read(buffer) is > 0 and var read && Kept(o.Read, buffer, read)) > 0)
        {
        }

        Assert.All(open, o => Assert.Equal(o.Expected, o.Read.ToArray()));
        open.ForEach(o => o.Stream.Dispose());
    }

    [Fact]
    public void Of_entries_with_one_path_the_first_stays()
    {
        using var files = Open(HandMadeZip.Of([new("a", [1]), new("b", [2]), new("a", [3]), new(@"x\y", [4]), new("x/y", [5])]));

        Assert.Equal(["a", "b", "x/y"], files.Paths);
        Assert.Equal([1], Read(files, "a"));
        Assert.Equal([4], Read(files, "x/y"));
        Assert.Equal([("a", "There is another file with the same path."), ("x/y", "There is another file with the same path.")], files.Refused);
    }

    [Fact]
    public void A_damaged_entry_is_refused_and_the_others_are_read()
    {
        var content = new byte[5000];
        new Random(1).NextBytes(content);
        HandMadeEntry[] wrong =
        [
            new("checksum", content) { Crc = 1 }, new("deflated-checksum", content) { Method = 8, Crc = 1 }, new("other-method", content) { Method = 12 },
            new("shorter", content) { Length = 4999 }, new("longer", content) { Length = 5001 }, new("empty", content) { Length = 0 },
            new("cut-off", content) { Method = 8, PackedLength = 100 }, new("behind", content) { Start = 0x7FFFFFFF }, new("amidst", content) { Start = 40 },
            new("too-long", content) { PackedLength = 0x7FFFFFFF, Length = 0x7FFFFFFF },
        ];
        using var files = Open(HandMadeZip.Of([.. wrong, new("good", content)]));

        Assert.Equal(content, Read(files, "good"));
        Assert.Equal(wrong.Length + 1, files.Paths.Count);
        foreach (var entry in wrong) Assert.Throws<PortalException>(() => Read(files, entry.Name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1 | (1 << 6))]
    [InlineData(1 << 13)]
    public void An_encrypted_entry_is_refused(int flags)
    {
        using var files = Open(HandMadeZip.Of([new("secret", [1]) { Flags = (ushort)flags }]));

        Assert.Equal([("secret", "It is encrypted.")], files.Refused);
    }

    public static TheoryData<string, byte[]> Unreadable()
    {
        HandMadeEntry[] two = [new("a", [1]), new("b", [2])];
        return new()
        {
            { "more entries than there are", HandMadeZip.Of(two, count: 3) },
            { "fewer entries than there are", HandMadeZip.Of(two, count: 1) },
            { "far more entries than there is room for", HandMadeZip.Of(two, count: 900_000, isLarge: true) },
            { "fewer than none", HandMadeZip.Of(two, count: -1, isLarge: true) },
            { "a part of several", HandMadeZip.Of(two, disk: 2) },
            { "a number with a sign", HandMadeZip.Of([new("a", [1]) { Start = uint.MaxValue, Extra = (_, _, _) => HandMadeZip.Bytes((2, 1), (2, 8), (8, -5)) }]) },
        };
    }

    [Theory]
    [MemberData(nameof(Unreadable), DisableDiscoveryEnumeration = true)]
    public void A_table_of_contents_that_lies_is_refused(string why, byte[] zip)
    {
        var refusal = Assert.Throws<PortalException>(() => Open(zip));
        Assert.True(refusal.Code == StatusCode.InputBadBytes, why);
    }

    /// <summary>Whatever is broken: an entry that is read to its end is what was packed, no other fault comes than the portal's own words, and nothing grows past what deflate can.</summary>
    [Fact]
    public void Broken_zips_are_read_rightly_or_refused()
    {
        var contents = Contents();
        List<byte[]> zips =
        [
            Platform(contents, CompressionLevel.Optimal, canSeek: true), Platform(contents, CompressionLevel.NoCompression, canSeek: false), Platform([], CompressionLevel.Optimal, canSeek: true),
            HandMadeZip.Of([.. contents.Select(c => new HandMadeEntry(c.Key, c.Value)
            {
                Method = 8, Start = uint.MaxValue, Length = uint.MaxValue, PackedLength = uint.MaxValue, Extra = (packed, length, start) => HandMadeZip.Bytes((2, 1), (2, 24), (8, length), (8, packed), (8, start)),
            })], isLarge: true, comment: new byte[40]),
        ];
        var packed = contents.Values.Select(Convert.ToHexString).ToHashSet();
        var (read, refused) = (0, 0);
        for (var seed = 0; seed < 2000; seed++)
        {
            var zip = Broken(zips[seed % zips.Count], new Random(seed));
            try
            {
                using var files = Open(zip);
                foreach (var path in files.Paths.Where(p => p != $"{_zips}.zip"))
                {
                    try
                    {
                        var content = Read(files, path);
                        Assert.InRange(content.Length, 0, 1032L * zip.Length);
                        Assert.True(packed.Contains(Convert.ToHexString(content)), $"Seed {seed}: {path} came out as something else.");
                        read++;
                    }
                    catch (PortalException)
                    {
                        refused++;
                    }
                }
            }
            catch (PortalException)
            {
                refused++;
            }
        }
        Assert.True(read > 500 && refused > 500, $"{read} read, {refused} refused");
    }

    /// <summary>Flips, cuts and moves, most of them in the table of contents, which stands at the end.</summary>
    private static byte[] Broken(byte[] zip, Random random)
    {
        var bytes = zip.ToList();
        for (var times = random.Next(1, 4); times > 0 && bytes.Count > 0; times--)
        {
            var at = random.Next(3) == 0 ? random.Next(bytes.Count) : Math.Max(0, bytes.Count - 1 - random.Next(400));
            var length = Math.Min(random.Next(1, 9), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: for (var i = 0; i < length; i++) bytes[at + i] = 0xFF; break;
                case 3: bytes.RemoveRange(at, length); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length)); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }
        return [.. bytes];
    }

    private static Dictionary<string, byte[]> Contents()
    {
        var random = new byte[3000];
        new Random(3).NextBytes(random);
        return new() { ["empty.png"] = [], ["cat/猫.png"] = random, ["cat/dog/lines.txt"] = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(n => $"line {n}\n"))), ["z"] = [1] };
    }

    private static byte[] Platform(Dictionary<string, byte[]> contents, CompressionLevel level, bool canSeek)
    {
        using var bytes = new MemoryStream();
        using (var target = canSeek ? bytes : (Stream)new BufferedStream(new OneWay(bytes)))
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.Comment = "Of the platform";
            foreach (var (path, content) in contents)
            {
                var entry = zip.CreateEntry(path, level);
                entry.Comment = "An entry";
                using var written = entry.Open();
                written.Write(content);
            }
        }
        return bytes.ToArray();
    }

    private static bool Kept(MemoryStream target, byte[] buffer, int count)
    {
        target.Write(buffer, 0, count);
        return true;
    }

    private static byte[] Read(ImportFiles files, string path)
    {
        using var bytes = new MemoryStream();
        using var stream = files.Open(path);
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private ImportFiles Open(ReadOnlySpan<byte> zip)
    {
        var name = $"{++_zips}.zip";
        return ImportSource.Open(_folder.Write(name, zip), name, Path.Combine(_folder.Path, "d"), TestContext.Current.CancellationToken);
    }

    /// <summary>A target as a network is: what was written is gone.</summary>
    private sealed class OneWay(MemoryStream target) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => target.Write(buffer, offset, count);
    }
}
