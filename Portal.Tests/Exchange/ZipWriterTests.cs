using System.Diagnostics;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using Portal.Core.Engines.Archives;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>The zips of exports, read by others.</summary>
public sealed class ZipWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_written_comes_back_and_nothing_stays_beside()
    {
        var pictures = new Dictionary<string, byte[]>
        {
            ["images/empty.png"] = [],
            ["images/猫.png"] = Pictures.Any(1),
            ["images/large.bin"] = RandomBytes(300_000),
        };
        var lines = string.Concat(Enumerable.Range(0, 20_000).Select(n => $"line {n}\n"));
        var path = await WriteAsync(pictures, lines);

        using (var zip = ZipFile.OpenRead(path))
        {
            foreach (var (name, bytes) in pictures)
            {
                Assert.Equal(bytes, Read(zip.GetEntry(name)!));
            }

            Assert.Equal(lines, Encoding.UTF8.GetString(Read(zip.GetEntry("lines.txt")!)));
            Assert.All(zip.Entries, e => Assert.Equal(new DateTime(1980, 1, 1), e.LastWriteTime.DateTime));
        }
        Assert.Equal([Path.GetFileName(path)], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task More_entries_than_a_plain_zip_counts_are_all_found()
    {
        const int Many = 70_000;
        var path = await WriteAsync(
            Enumerable.Range(0, Many).ToDictionary(n => $"{n}.png", n => BitConverter.GetBytes(n)),
            ""
        );

        using var zip = ZipFile.OpenRead(path);
        Assert.Equal(Many + 1, zip.Entries.Count);
        Assert.Equal(BitConverter.GetBytes(Many - 1), Read(zip.GetEntry($"{Many - 1}.png")!));
        using var files = ImportSource.Open(path, "many.zip", Path.Combine(_folder.Path, "d"), Ct);
        Assert.Equal(Many, files.Pictures.Count());
    }

    /// <summary>
    /// Past 4 GiB an entry's place, and past it in length an entry's size, need Zip64; the bytes in between are made
    /// up, not written.
    /// </summary>
    [Fact]
    public async Task Entries_past_four_gigabytes_are_found()
    {
        const long Length = (4L << 30) + 5;
        var path = Path.Combine(_folder.Path, "large.zip");
        await using (var target = new FileStream(path, FileMode.Create))
        {
            using var contents = new MemoryStream();
            var sparse = new SparseTarget(target);
            var zip = new ZipWriter(sparse, contents);
            await zip.AddAsync("large.bin", ZipWriter.Stored, new Zeros(Length), Length, Length, 0, Ct);
            await zip.AddAsync(
                "after.txt",
                ZipWriter.Stored,
                new MemoryStream("after"u8.ToArray()),
                5,
                5,
                Crc32.HashToUInt32("after"u8),
                Ct
            );
            await zip.FinishAsync(Ct);
        }

        using var read = ZipFile.OpenRead(path);
        Assert.Equal(Length, read.GetEntry("large.bin")!.Length);
        Assert.Equal("after"u8.ToArray(), Read(read.GetEntry("after.txt")!));
        using var files = ImportSource.Open(path, "large.zip", Path.Combine(_folder.Path, "d"), Ct);
        Assert.Equal("after", files.Head("after.txt"));
    }

    [Theory]
    [InlineData("unzip", "-tq {0}")]
    [InlineData(
        "python3",
        "-c \"import sys, zipfile; sys.exit(0 if zipfile.ZipFile(sys.argv[1]).testzip() is None else 1)\" {0}"
    )]
    public async Task Other_programs_find_no_fault(string program, string arguments)
    {
        var path = await WriteAsync(
            Enumerable.Range(0, 70_000).ToDictionary(n => $"{n}.png", n => BitConverter.GetBytes(n)),
            "a line\n"
        );
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(
                    program,
                    string.Format(System.Globalization.CultureInfo.InvariantCulture, arguments, path)
                )
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var said = await process.StandardOutput.ReadToEndAsync(Ct) + await process.StandardError.ReadToEndAsync(Ct);
            await process.WaitForExitAsync(Ct);
            Assert.True(process.ExitCode == 0, said);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed.");
        }
    }

    private async Task<string> WriteAsync(Dictionary<string, byte[]> pictures, string lines)
    {
        var path = Path.Combine(_folder.Path, "written.zip");
        await using var target = File.Create(path);
        await using var archive = new ExportArchive(target, _folder.Path);
        await archive.WriteTextAsync("lines.txt", writer => writer.WriteAsync(lines));
        foreach (var (name, bytes) in pictures)
        {
            await archive.WritePictureAsync(name, new MemoryStream(bytes), Ct);
        }

        await archive.FinishAsync(Ct);
        return path;
    }

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(3).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using var bytes = new MemoryStream();
        using var stream = entry.Open();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>So many bytes that nobody looks at: copying them only moves the target on.</summary>
    private sealed class Zeros(long length) : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            ((SparseTarget)destination).Skip(length);
            return Task.CompletedTask;
        }
    }

    /// <summary>A file that can leave a hole.</summary>
    private sealed class SparseTarget(FileStream file) : MemoryStream
    {
        public void Skip(long count) => file.Seek(count, SeekOrigin.Current);

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => file.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            file.WriteAsync(buffer, offset, count, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => file.Write(buffer, offset, count);
    }
}
