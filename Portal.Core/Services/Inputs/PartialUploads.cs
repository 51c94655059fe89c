using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Options;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Videos;
using Portal.Core.Engines.Images;
using Portal.Core.Engines.Videos;

namespace Portal.Core.Services.Inputs;

/// <summary>
/// Files that arrive in parts, so that a line that breaks, or a portal that is killed, costs one part and not the file.
/// Each belongs to who sends it and is on disk when a part is answered; one that nobody has added to for a week is
/// dropped when another begins.
/// </summary>
public sealed class PartialUploads
{
    /// <summary>Files of one user in one app that may stand unfinished.</summary>
    private const int MostOpen = 100;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private readonly string _root;
    private readonly SizeLimit _images;
    private readonly SizeLimit _videos;
    private readonly TimeProvider _clock;

    public PartialUploads(
        IOptions<StorageOptions> storage,
        IOptions<ImageLimits> images,
        IOptions<VideoLimits> videos,
        TimeProvider clock
    )
    {
        (_root, _images, _videos, _clock) = (storage.Value.UploadRoot, images.Value.Size, videos.Value.Size, clock);
        Directory.CreateDirectory(_root);
    }

    /// <summary>Bytes that are here; 0 where nothing is.</summary>
    /// <param name="id">32 lower-case hexadecimal digits, the sender's choice.</param>
    public long Received(long appId, long userId, string id) =>
        new FileInfo(PathOf(appId, userId, id)) is { Exists: true } file ? file.Length : 0;

    /// <summary>
    /// Adds a part, if it begins where the last one ended. What arrives of a part that breaks off is kept.
    /// </summary>
    /// <param name="offset">Bytes that stand before it in the file.</param>
    /// <returns>Bytes that are here afterwards, which is where the next part begins.</returns>
    /// <exception cref="PortalException"><see cref="StatusCode.InputOverLimit"/>: the file is larger than one of its
    /// kind may be, or too many stand unfinished.</exception>
    public async Task<long> AppendAsync(
        long appId,
        long userId,
        string id,
        long offset,
        Stream part,
        CancellationToken ct
    )
    {
        var path = PathOf(appId, userId, id);
        if (!File.Exists(path))
        {
            Begin(appId, userId);
        }

        await using var file = OpenAlone(path);
        if (offset != file.Length)
        {
            return file.Length;
        }

        var head = new byte[VideoType.HeadLength];
        var known = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        file.Position = offset;
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            int read;
            while ((read = await part.ReadAsync(buffer, ct)) > 0)
            {
                var more = Math.Min(read, head.Length - known);
                buffer.AsSpan(0, more).CopyTo(head.AsSpan(known));
                known += more;
                var limit = VideoType.Recognise(head) is null ? _images : _videos;
                if (file.Position + read > limit.Bytes)
                {
                    throw limit.Refusal();
                }

                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            file.Flush(flushToDisk: true);
        }
        return file.Length;
    }

    /// <summary>Opens a file that is here whole.</summary>
    /// <exception cref="PortalException">Something of it is missing.</exception>
    public Stream Open(long appId, long userId, string id, long size)
    {
        var received = Received(appId, userId, id);
        return received == size && received > 0
            ? File.OpenRead(PathOf(appId, userId, id))
            : throw new PortalException(
                StatusCode.InvalidRequest,
                $"{received} of {size} bytes of the upload '{id}' are here. Send the rest first.",
                id
            );
    }

    public void Delete(long appId, long userId, string id) => File.Delete(PathOf(appId, userId, id));

    private void Begin(long appId, long userId)
    {
        var oldest = _clock.GetUtcNow().UtcDateTime - Kept;
        foreach (var stale in new DirectoryInfo(_root).EnumerateFiles().Where(f => f.LastWriteTimeUtc < oldest))
        {
            stale.Delete();
        }

        if (Directory.EnumerateFiles(_root, Prefix(appId, userId) + "*").Count() >= MostOpen)
        {
            throw new PortalException(
                StatusCode.InputOverLimit,
                $"{MostOpen} uploads of yours in this app stand unfinished. Finish some of them first."
            );
        }
    }

    private static FileStream OpenAlone(string path)
    {
        try
        {
            return new FileStream(
                path,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.Read,
                0,
                FileOptions.Asynchronous
            );
        }
        catch (IOException e)
        {
            throw new PortalException(
                StatusCode.TooManyRequests,
                "Another part of this upload is just arriving. Try again in a moment.",
                inner: e
            );
        }
    }

    private string PathOf(long appId, long userId, string id) =>
        id.Length == 32 && id.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(_root, Prefix(appId, userId) + id)
            : throw new PortalException(
                StatusCode.InvalidRequest,
                "An upload's id is 32 lower-case hexadecimal digits, of your own choosing."
            );

    private static string Prefix(long appId, long userId) =>
        string.Create(CultureInfo.InvariantCulture, $"{appId}-{userId}-");
}
