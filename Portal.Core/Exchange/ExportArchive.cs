using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Portal.Core.Exchange;

/// <summary>The zip an export is written to, entry by entry. Every entry carries the same time, so that the same data gives the same bytes.</summary>
public sealed class ExportArchive(Stream target) : IAsyncDisposable
{
    private static readonly DateTimeOffset FixedTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly ZipArchive _zip = new(target, ZipArchiveMode.Create, leaveOpen: true);

    /// <summary>Pictures written so far.</summary>
    public int Pictures { get; private set; }

    /// <summary>Writes a text file; lines end with '\n'.</summary>
    public async Task WriteTextAsync(string path, Func<TextWriter, Task> write)
    {
        await using var entry = Open(path, CompressionLevel.Optimal);
        await using var writer = new StreamWriter(entry, Utf8, 64 * 1024) { NewLine = "\n" };
        await write(writer);
    }

    /// <summary>Writes one JSON document.</summary>
    public async Task WriteJsonAsync(string path, Func<Utf8JsonWriter, Task> write)
    {
        await using var entry = Open(path, CompressionLevel.Optimal);
        await using var writer = new Utf8JsonWriter(entry, ExchangeJson.Writer);
        await write(writer);
    }

    /// <summary>Copies a picture as it is: compressing it again would gain nothing.</summary>
    public async Task WritePictureAsync(string path, Stream picture, CancellationToken ct)
    {
        await using (picture)
        await using (var entry = Open(path, CompressionLevel.NoCompression)) await picture.CopyToAsync(entry, ct);
        Pictures++;
    }

    public ValueTask DisposeAsync() => _zip.DisposeAsync();

    private Stream Open(string path, CompressionLevel level)
    {
        var entry = _zip.CreateEntry(path, level);
        entry.LastWriteTime = FixedTime;
        return entry.Open();
    }
}
