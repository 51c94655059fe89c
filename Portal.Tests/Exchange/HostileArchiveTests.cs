using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Import;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>Archives made to get out, to fill the disk or to crash whoever opens them.</summary>
public sealed class HostileArchiveTests : IDisposable
{
    private static readonly string[] Escapes =
    [
        "../evil.png",
        "cat/../../evil.png",
        "/etc/evil.png",
        @"..\..\evil.png",
        @"C:\evil.png",
        "cat/x.png:stream",
        "./../evil.png",
        "cat//evil.png",
        "cat/\0evil.png",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void No_name_of_a_zip_leads_out_of_it()
    {
        var path = _folder.Write(
            "slip.zip",
            Zip([.. Escapes.Select(name => (name, "x"u8.ToArray())), ("cat/good.png", "x"u8.ToArray())])
        );

        using var files = ImportSource.Open(path, "slip.zip", Path.Combine(_folder.Path, "d"), default);

        Assert.Equal(["cat/good.png"], files.Paths);
        Assert.Equal(Escapes.Length, files.Refused.Count);
        Assert.Equal(["slip.zip"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_name_or_link_of_a_tar_leads_out_of_it(bool isCompressed)
    {
        var names = Escapes.Where(n => !n.Contains('\0', StringComparison.Ordinal)).ToArray();
        using var bytes = new MemoryStream();
        using (
            var target = isCompressed ? new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true) : (Stream)bytes
        )
        using (var tar = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var name in names.Append("./cat/good.png"))
            {
                tar.WriteEntry(
                    new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("x"u8.ToArray()) }
                );
            }

            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "cat/link.png") { LinkName = "/etc/passwd" });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "cat/hard.png") { LinkName = "../../passwd" });
        }
        var path = _folder.Write("slip.tar", bytes.ToArray());

        using (var files = ImportSource.Open(path, "slip.tar", Path.Combine(_folder.Path, "scratch"), default))
        {
            Assert.Equal(["cat/good.png"], files.Paths);
            Assert.Equal(names.Length + 2, files.Refused.Count);
            Assert.Equal(
                ["scratch/0"],
                Directory
                    .EnumerateFiles(Path.Combine(_folder.Path, "scratch"), "*", SearchOption.AllDirectories)
                    .Select(f => Path.GetRelativePath(_folder.Path, f))
            );
        }
        Assert.Equal(["slip.tar"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_link_in_a_zip_is_refused()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry("cat/link.png");
            entry.ExternalAttributes = unchecked((int)0xA1FF0000);
            using var target = entry.Open();
            target.Write("/etc/passwd"u8);
        }
        using var files = ImportSource.Open(
            _folder.Write("link.zip", bytes.ToArray()),
            "link.zip",
            Path.Combine(_folder.Path, "d"),
            default
        );

        Assert.Empty(files.Paths);
        Assert.Contains("link", Assert.Single(files.Refused).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_bomb_is_refused_by_what_it_says_of_itself()
    {
        using var files = ImportSource.Open(
            _folder.Write("bomb.zip", Zip([("cat/bomb.png", new byte[32 << 20])])),
            "bomb.zip",
            Path.Combine(_folder.Path, "d"),
            default
        );

        Assert.Empty(files.Paths);
        Assert.Contains("400 times", Assert.Single(files.Refused).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_bomb_that_lies_about_its_size_is_stopped_while_it_unpacks()
    {
        var zip = Zip([("a.jsonl", new byte[1 << 20])]);
        // The unpacked size stands in the central directory, 24 bytes after its signature.
        var at = zip.AsSpan().LastIndexOf("PK\x01\x02"u8);
        BitConverter.TryWriteBytes(zip.AsSpan(at + 24), 100);
        using var files = ImportSource.Open(
            _folder.Write("lie.zip", zip),
            "lie.zip",
            Path.Combine(_folder.Path, "d"),
            default
        );

        using var unpacked = new MemoryStream();
        using var stream = files.Open("a.jsonl");
        try
        {
            stream.CopyTo(unpacked);
        }
        catch (PortalException e)
        {
            Assert.Equal(StatusCode.InputOverLimit, e.Code);
        }
        Assert.InRange(unpacked.Length, 0, 100);
    }

    [Fact]
    public void A_compressed_tar_that_unpacks_to_too_much_is_refused_and_leaves_nothing()
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var tar = new TarWriter(gzip, leaveOpen: true))
        {
            tar.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, "bomb.png")
                {
                    DataStream = new MemoryStream(new byte[64 << 20]),
                }
            );
        }

        Assert.Throws<PortalException>(() =>
            ImportSource.Open(
                _folder.Write("bomb.tgz", bytes.ToArray()),
                "bomb.tgz",
                Path.Combine(_folder.Path, "d"),
                default
            )
        );

        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "d")));
    }

    [Fact]
    public void A_zip_that_says_it_has_too_many_files_is_refused_before_they_are_read()
    {
        var zip = Zip([("a.png", [1])]);
        var end = zip.AsSpan().LastIndexOf("PK\x05\x06"u8);
        byte[] large = [.. "PK\x06\x06"u8, .. new byte[28], .. BitConverter.GetBytes(50_000_000L), .. new byte[16]];
        var forged = zip.AsSpan(0, end).ToArray().Concat(large).Concat(zip.AsSpan(end).ToArray()).ToArray();
        BitConverter.TryWriteBytes(forged.AsSpan(end + large.Length + 10), ushort.MaxValue);

        var refusal = Assert.Throws<PortalException>(() =>
            ImportSource.Open(_folder.Write("many.zip", forged), "many.zip", Path.Combine(_folder.Path, "d"), default)
        );

        Assert.Contains("more than", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(4)]
    public void A_zip_that_was_cut_off_is_refused(int kept) =>
        Assert.Throws<PortalException>(() =>
            ImportSource.Open(
                _folder.Write("cut.zip", Zip([("cat/a.png", new byte[400])]).AsSpan(0, kept)),
                "cut.zip",
                Path.Combine(_folder.Path, "d"),
                default
            )
        );

    [Fact]
    public void A_folder_on_the_command_line_is_not_left_through_a_link()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_folder.Path, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "secret.png"), "x");
        var root = Directory.CreateDirectory(Path.Combine(_folder.Path, "in", "cat")).Parent!.FullName;
        File.WriteAllText(Path.Combine(root, "cat", "1.png"), "x");
        File.CreateSymbolicLink(Path.Combine(root, "cat", "2.png"), Path.Combine(outside, "secret.png"));
        Directory.CreateSymbolicLink(Path.Combine(root, "dog"), outside);

        using var files = ImportSource.Open(root, "in", Path.Combine(_folder.Path, "d"), default);

        Assert.Equal(["cat/1.png"], files.Paths);
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\tx")]
    [InlineData("'=1")]
    [InlineData("''=1")]
    [InlineData("it's")]
    [InlineData("plain")]
    [InlineData("")]
    public void A_cell_is_no_formula_and_comes_back_as_it_was(string cell)
    {
        var guarded = SafeCells.Guard(cell);

        Assert.False(guarded.Length > 0 && "=+-@\t\r\n".Contains(guarded[0], StringComparison.Ordinal));
        Assert.Equal(cell, SafeCells.Unguard(guarded));
    }

    [Theory]
    [InlineData(
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><annotations><image id=\"0\" "
            + "name=\"&x;\"/></annotations>"
    )]
    [InlineData(
        "<!DOCTYPE a [<!ENTITY x \"xxxx\"><!ENTITY y \"&x;&x;&x;\">]><annotations><image id=\"0\" "
            + "name=\"&y;\"/></annotations>"
    )]
    public async Task Entities_in_an_xml_document_are_refused(string xml)
    {
        using var files = ImportSource.Open(
            _folder.Write("a.xml", Encoding.UTF8.GetBytes(xml)),
            "a.xml",
            Path.Combine(_folder.Path, "d"),
            default
        );
        var format = ExchangeFormats.Of(files);

        await Assert.ThrowsAsync<PortalException>(async () =>
        {
            await foreach (var _ in format.ReadAsync(files, TestContext.Current.CancellationToken)) { }
        });
    }

    private static byte[] Zip(IReadOnlyList<(string Name, byte[] Bytes)> entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var target = zip.CreateEntry(name, CompressionLevel.SmallestSize).Open();
                target.Write(content);
            }
        }
        return bytes.ToArray();
    }
}
