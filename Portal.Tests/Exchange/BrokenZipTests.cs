using System.IO.Compression;
using Portal.Core.Domain.Errors;
using Portal.Core.Services.Exchange.Import;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>Zips that are damaged, by accident or on purpose.</summary>
public sealed class BrokenZipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _zips;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_entry_is_refused_and_the_others_are_read()
    {
        var content = new byte[5000];
        new Random(1).NextBytes(content);
        HandMadeEntry[] wrong =
        [
            new("checksum", content) { Crc = 1 },
            new("deflated-checksum", content) { Method = 8, Crc = 1 },
            new("other-method", content) { Method = 12 },
            new("shorter", content) { Length = 4999 },
            new("longer", content) { Length = 5001 },
            new("empty", content) { Length = 0 },
            new("cut-off", content) { Method = 8, PackedLength = 100 },
            new("behind", content) { Start = 0x7FFFFFFF },
            new("amidst", content) { Start = 40 },
            new("too-long", content) { PackedLength = 0x7FFFFFFF, Length = 0x7FFFFFFF },
        ];
        using var files = Open(HandMadeZip.Of([.. wrong, new("good", content)]));

        Assert.Equal(content, SampleZips.Read(files, "good"));
        Assert.Equal(wrong.Length + 1, files.Paths.Count);
        foreach (var entry in wrong)
        {
            Assert.Throws<PortalException>(() => SampleZips.Read(files, entry.Name));
        }
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
            {
                "a number with a sign",
                HandMadeZip.Of([
                    new("a", [1])
                    {
                        Start = uint.MaxValue,
                        Extra = (_, _, _) => HandMadeZip.Bytes((2, 1), (2, 8), (8, -5)),
                    },
                ])
            },
        };
    }

    [Theory]
    [MemberData(nameof(Unreadable), DisableDiscoveryEnumeration = true)]
    public void A_table_of_contents_that_lies_is_refused(string why, byte[] zip)
    {
        var refusal = Assert.Throws<PortalException>(() => Open(zip));
        Assert.True(refusal.Code == StatusCode.InputBadBytes, why);
    }

    /// <summary>Bounds are those of the bytes that are read, not of those that were checked.</summary>
    [Fact]
    public void A_zip_that_is_written_to_after_it_was_opened_stays_within_its_bounds()
    {
        var content = new byte[10];
        var path = _folder.Write("a.zip", HandMadeZip.Of([new("a", content)]));
        using var files = ImportSource.Open(
            path,
            "a.zip",
            Path.Combine(_folder.Path, "d"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(content, SampleZips.Read(files, "a"));

        foreach (
            var now in new[]
            {
                HandMadeZip.Of([new("a", content) { Length = 0x7FFFFFFF }]),
                HandMadeZip.Of([new("a", content) { Flags = 1 }]),
                [.. HandMadeZip.Of([new("a", content)]).Reverse()],
                [],
            }
        )
        {
            // Written in place: another file of that name would be another file.
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                file.Write(now);
                file.SetLength(now.Length);
            }
            Assert.Equal(
                StatusCode.InputBadBytes,
                Assert.Throws<PortalException>(() => SampleZips.Read(files, "a")).Code
            );
        }
    }

    /// <summary>
    /// Whatever is broken: an entry that is read to its end is what was packed, no other fault comes than the portal's
    /// own words, and nothing grows past what deflate can.
    /// </summary>
    [Fact]
    public void Broken_zips_are_read_rightly_or_refused()
    {
        var contents = SampleZips.Contents();
        List<byte[]> zips =
        [
            SampleZips.Platform(contents, CompressionLevel.Optimal, canSeek: true),
            SampleZips.Platform(contents, CompressionLevel.NoCompression, canSeek: false),
            SampleZips.Platform([], CompressionLevel.Optimal, canSeek: true),
            HandMadeZip.Of(
                [
                    .. contents.Select(c => new HandMadeEntry(c.Key, c.Value)
                    {
                        Method = 8,
                        Start = uint.MaxValue,
                        Length = uint.MaxValue,
                        PackedLength = uint.MaxValue,
                        Extra = (packed, length, start) =>
                            HandMadeZip.Bytes((2, 1), (2, 24), (8, length), (8, packed), (8, start)),
                    }),
                ],
                isLarge: true,
                comment: new byte[40]
            ),
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
                        var content = SampleZips.Read(files, path);
                        Assert.InRange(content.Length, 0, 1032L * zip.Length);
                        Assert.True(
                            packed.Contains(Convert.ToHexString(content)),
                            $"Seed {seed}: {path} came out as something else."
                        );
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
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    for (var i = 0; i < length; i++)
                    {
                        bytes[at + i] = 0xFF;
                    }
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }
        return [.. bytes];
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
