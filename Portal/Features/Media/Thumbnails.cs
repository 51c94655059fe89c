using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Options;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images;

namespace Portal.Features.Media;

/// <summary>
/// Small versions of pictures, made when first asked for and kept in a folder that may be emptied at any time. Each
/// picture is rendered once however many browsers ask, and no more at once than there are processors.
/// </summary>
public sealed class Thumbnails(IOptions<StorageOptions> storage, BlobStore blobs, IImageDecoder decoder) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task>> _rendering = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _slots = new(Environment.ProcessorCount);

    /// <summary>The path of a WebP file.</summary>
    /// <param name="maxSide">Pixels of the longer side, at most.</param>
    /// <exception cref="PortalException">The picture cannot be decoded.</exception>
    public async Task<string> GetAsync(string contentHash, int maxSide, CancellationToken ct)
    {
        var path = Path.GetFullPath(
            Path.Combine(
                storage.Value.ThumbnailRoot,
                maxSide.ToString(CultureInfo.InvariantCulture),
                contentHash[..2],
                contentHash + ".webp"
            )
        );
        if (File.Exists(path))
        {
            return path;
        }
        // One reader who leaves must not end the rendering that others wait for, so it runs without anybody's token.
        var rendering = _rendering.GetOrAdd(
            path,
            _ => new Lazy<Task>(() => RenderAsync(blobs.PathOf(contentHash), maxSide, path))
        );
        try
        {
            await rendering.Value.WaitAsync(ct);
            return path;
        }
        finally
        {
            if (rendering.Value.IsCompleted)
            {
                _rendering.TryRemove(path, out _);
            }
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task RenderAsync(string source, int maxSide, string path)
    {
        await _slots.WaitAsync();
        try
        {
            var bytes = await Task.Run(() => decoder.RenderWebp(source, maxSide));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // Whoever finds the file finds it whole.
            var unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
            await File.WriteAllBytesAsync(unfinished, bytes);
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            _slots.Release();
        }
    }
}
