using System.IO.Compression;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>Zips of others, whole.</summary>
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
        var contents = SampleZips.Contents();
        using var files = Open(SampleZips.Platform(contents, level, canSeek));

        Assert.Equal(contents.Keys.Order(StringComparer.Ordinal), files.Paths);
        Assert.Empty(files.Refused);
        Assert.All(contents, c => Assert.Equal(c.Value, SampleZips.Read(files, c.Key)));
    }

    [Fact]
    public async Task Exports_are_read()
    {
        var contents = SampleZips.Contents();
        using var bytes = new MemoryStream();
        await using (var archive = new ExportArchive(bytes, _folder.Path))
        {
            await archive.WriteTextAsync("lines.txt", writer => writer.WriteAsync("a line\n"));
            foreach (var (path, content) in contents)
            {
                await archive.WritePictureAsync(path, new MemoryStream(content), TestContext.Current.CancellationToken);
            }

            await archive.FinishAsync(TestContext.Current.CancellationToken);
        }
        using var files = Open(bytes.ToArray());

        Assert.All(contents, c => Assert.Equal(c.Value, SampleZips.Read(files, c.Key)));
        Assert.Equal("a line\n"u8, SampleZips.Read(files, "lines.txt"));
    }

    [Fact]
    public void Fields_of_other_programs_are_understood_or_skipped()
    {
        var content = "content"u8.ToArray();
        using var files = Open(
            HandMadeZip.Of(
                [
                    new("plain", content)
                    {
                        Extra = (_, _, _) => Timestamps,
                        LocalExtra = [.. Timestamps, .. Timestamps],
                        Comment = "a comment",
                    },
                    new("start", content)
                    {
                        Start = uint.MaxValue,
                        Extra = (_, _, start) => [.. Timestamps, .. HandMadeZip.Bytes((2, 1), (2, 8), (8, start))],
                    },
                    new("all", content)
                    {
                        Method = 8,
                        Start = uint.MaxValue,
                        Length = uint.MaxValue,
                        PackedLength = uint.MaxValue,
                        Extra = (packed, length, start) =>
                            HandMadeZip.Bytes((2, 1), (2, 24), (8, length), (8, packed), (8, start)),
                    },
                    new("unasked", content)
                    {
                        PackedLength = uint.MaxValue,
                        Extra = (packed, _, _) =>
                            HandMadeZip.Bytes((2, 1), (2, 28), (8, 99), (8, packed), (8, 99), (4, 0)),
                    },
                    new("folder/", []),
                    new("猫", content) { Flags = 1 << 11 },
                    new("ü", content),
                ],
                isLarge: true,
                comment: "PK\x05\x06 and more"u8.ToArray()
            )
        );

        Assert.Equal(["all", "plain", "start", "unasked", "ü", "猫"], files.Paths);
        Assert.All(files.Paths, path => Assert.Equal(content, SampleZips.Read(files, path)));
    }

    [Fact]
    public void What_stands_behind_a_zip_does_not_matter()
    {
        using var files = Open([.. HandMadeZip.Of([new("a", [1, 2, 3])]), .. new byte[5000]]);

        Assert.Equal([1, 2, 3], SampleZips.Read(files, "a"));
    }

    [Fact]
    public void Entries_are_read_side_by_side()
    {
        var contents = SampleZips.Contents();
        using var files = Open(SampleZips.Platform(contents, CompressionLevel.Optimal, canSeek: true));
        var open = contents
            .Select(c => (Expected: c.Value, Stream: files.Open(c.Key), Read: new MemoryStream()))
            .ToList();
        var buffer = new byte[700];

        for (var isMore = true; isMore; )
        {
            isMore = false;
            foreach (var (_, stream, read) in open)
            {
                var count = stream.Read(buffer);
                read.Write(buffer, 0, count);
                isMore |= count > 0;
            }
        }

        Assert.All(open, o => Assert.Equal(o.Expected, o.Read.ToArray()));
        open.ForEach(o => o.Stream.Dispose());
    }

    [Fact]
    public void Of_entries_with_one_path_the_first_stays()
    {
        using var files = Open(
            HandMadeZip.Of([new("a", [1]), new("b", [2]), new("a", [3]), new(@"x\y", [4]), new("x/y", [5])])
        );

        Assert.Equal(["a", "b", "x/y"], files.Paths);
        Assert.Equal([1], SampleZips.Read(files, "a"));
        Assert.Equal([4], SampleZips.Read(files, "x/y"));
        Assert.Equal(
            [("a", "There is another file with the same path."), ("x/y", "There is another file with the same path.")],
            files.Refused
        );
    }

    private ImportFiles Open(ReadOnlySpan<byte> zip)
    {
        var name = $"{++_zips}.zip";
        return ImportSource.Open(
            _folder.Write(name, zip),
            name,
            Path.Combine(_folder.Path, "d"),
            TestContext.Current.CancellationToken
        );
    }
}
