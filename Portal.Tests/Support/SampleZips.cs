using System.IO.Compression;
using System.Text;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Tests.Support;

/// <summary>Contents for zips, and the zips that the platform makes of them.</summary>
internal static class SampleZips
{
    public static Dictionary<string, byte[]> Contents()
    {
        var random = new byte[3000];
        new Random(3).NextBytes(random);
        return new()
        {
            ["empty.png"] = [],
            ["cat/猫.png"] = random,
            ["cat/dog/lines.txt"] = Encoding.UTF8.GetBytes(
                string.Concat(Enumerable.Range(0, 500).Select(n => $"line {n}\n"))
            ),
            ["z"] = [1],
        };
    }

    public static byte[] Platform(Dictionary<string, byte[]> contents, CompressionLevel level, bool canSeek)
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

    public static byte[] Read(ImportFiles files, string path)
    {
        using var bytes = new MemoryStream();
        using var stream = files.Open(path);
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>A target as a network is: what was written is gone.</summary>
    private sealed class OneWay(MemoryStream target) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => target.Write(buffer, offset, count);
    }
}
