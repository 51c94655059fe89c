using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Portal.Core.Domain.Exchange;
using Portal.Core.Engines.Archives;

namespace Portal.Core.Services.Exchange.Export;

/// <summary>
/// The zip an export is written to, entry by entry. Memory does not grow with what is in it, and the same data gives
/// the same bytes.
/// </summary>
public sealed class ExportArchive : IAsyncDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly string _scratch;
    private readonly FileStream _contents;
    private readonly ZipWriter _zip;

    /// <param name="scratch">A folder for files that are needed meanwhile.</param>
    public ExportArchive(Stream target, string scratch)
    {
        (_scratch, _contents) = (scratch, Aside(scratch));
        _zip = new ZipWriter(target, _contents);
    }

    /// <summary>Pictures written so far.</summary>
    public int Pictures { get; private set; }

    /// <summary>Writes a text file; lines end with '\n'.</summary>
    public Task WriteTextAsync(string path, Func<TextWriter, Task> write) =>
        WriteAsync(
            path,
            async stream =>
            {
                await using var writer = new StreamWriter(stream, Utf8, 64 * 1024, leaveOpen: true) { NewLine = "\n" };
                await write(writer);
            }
        );

    /// <summary>Writes one JSON document.</summary>
    public Task WriteJsonAsync(string path, Func<Utf8JsonWriter, Task> write) =>
        WriteAsync(
            path,
            async stream =>
            {
                await using var writer = new Utf8JsonWriter(stream, ExchangeJson.Writer);
                await write(writer);
            }
        );

    /// <summary>Copies a picture as it is: compressing it again would gain nothing.</summary>
    /// <param name="picture">Can seek: it is read once for its checksum, which stands before it.</param>
    public async Task WritePictureAsync(string path, Stream picture, CancellationToken ct)
    {
        await using (picture)
        {
            var (crc, length) = await ChecksumAsync(picture, ct);
            picture.Position = 0;
            await _zip.AddAsync(path, ZipWriter.Stored, picture, length, length, crc, ct);
        }
        Pictures++;
    }

    /// <summary>Writes the table of contents; without it the zip is none.</summary>
    public Task FinishAsync(CancellationToken ct) => _zip.FinishAsync(ct);

    public ValueTask DisposeAsync() => _contents.DisposeAsync();

    /// <summary>Compresses a file into one beside, since its length and checksum stand before it.</summary>
    private async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        await using var packed = Aside(_scratch);
        uint crc;
        long length;
        await using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        await using (var counted = new ChecksumStream(deflate))
        {
            await write(counted);
            (crc, length) = (counted.Crc, counted.Length);
        }
        var packedLength = packed.Position;
        packed.Position = 0;
        await _zip.AddAsync(path, ZipWriter.Deflated, packed, packedLength, length, crc, CancellationToken.None);
    }

    private static async Task<(uint Crc, long Length)> ChecksumAsync(Stream stream, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            var (crc, length) = (new Crc32(), 0L);
            for (int read; (read = await stream.ReadAsync(buffer, ct)) > 0; length += read)
            {
                crc.Append(buffer.AsSpan(0, read));
            }

            return (crc.GetCurrentHashAsUInt32(), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static FileStream Aside(string folder) =>
        new(
            Path.Combine(folder, $"{Guid.NewGuid():N}.export"),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            64 * 1024,
            FileOptions.DeleteOnClose
        );
}
