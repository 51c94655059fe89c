using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Portal.Core.Domain.Errors;
using Portal.Core.Platform;

namespace Portal.Core.Data.Files;

/// <summary>Bytes that have arrived whole, hashed, in a file that no row names yet.</summary>
/// <param name="Path">Where they lie; <see cref="BlobStore.Keep"/> moves them, <see cref="BlobStore.Discard"/> deletes
/// them.</param>
/// <param name="Hash">SHA-256, lower-case hexadecimal.</param>
/// <param name="Length">Bytes.</param>
public sealed record IncomingBlob(string Path, string Hash, long Length);

/// <summary>
/// Files named by the hash of their bytes, so that no name from outside ever becomes a path, and equal pictures are
/// stored once.
/// </summary>
public sealed class BlobStore
{
    /// <summary>What people are told when a picture's bytes are not there any more.</summary>
    public const string GoneText =
        "The stored picture is gone from the data directory. Restore it from a backup, or upload it again.";

    private readonly StorageOptions _options;

    public BlobStore(IOptions<StorageOptions> options) => _options = options.Value;

    /// <summary>
    /// Writes a stream to a file while hashing it. It is not flushed: what is refused next need not wait for the disk.
    /// </summary>
    /// <param name="content">Read to its end, or to the limit.</param>
    /// <exception cref="PortalException"><see cref="StatusCode.InputOverLimit"/> when there are more bytes than
    /// allowed.</exception>
    public async Task<IncomingBlob> ReceiveAsync(Stream content, SizeLimit limit, CancellationToken ct)
    {
        var path = Path.Combine(_options.IncomingRoot, Guid.NewGuid().ToString("N"));
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long length = 0;
            await using (
                var file = new FileStream(
                    path,
                    FileMode.CreateNew,
                    FileAccess.Write,
                    FileShare.None,
                    0,
                    FileOptions.Asynchronous
                )
            )
            {
                int read;
                while ((read = await content.ReadAsync(buffer, ct)) > 0)
                {
                    length += read;
                    if (length > limit.Bytes)
                    {
                        throw limit.Refusal();
                    }

                    hash.AppendData(buffer, 0, read);
                    await file.WriteAsync(buffer.AsMemory(0, read), ct);
                }
            }
            return new IncomingBlob(path, Convert.ToHexStringLower(hash.GetHashAndReset()), length);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Flushes received bytes, gives them their lasting place and flushes the folder, so that a row inserted afterwards
    /// never names a file a power cut took.
    /// </summary>
    public void Keep(IncomingBlob blob)
    {
        var path = PathOf(blob.Hash);
        var folder = Path.GetDirectoryName(path)!;
        var isNew = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        using (var file = new FileStream(blob.Path, FileMode.Open, FileAccess.Write, FileShare.Read, 0))
        {
            file.Flush(flushToDisk: true);
        }

        File.Move(blob.Path, path, overwrite: true);
        FileFlush.Folder(folder);
        if (isNew)
        {
            FileFlush.Folder(_options.BlobRoot);
        }
    }

    public static void Discard(IncomingBlob blob) => File.Delete(blob.Path);

    /// <summary>Reads a blob through.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.InputBadBytes"/>: its bytes are no longer those that
    /// arrived.</exception>
    /// <exception cref="FileNotFoundException">There is no such blob.</exception>
    public void RequireWhole(string hash)
    {
        using var file = new FileStream(
            PathOf(hash),
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            0,
            FileOptions.SequentialScan
        );
        if (Convert.ToHexStringLower(SHA256.HashData(file)) != hash)
        {
            throw new PortalException(
                StatusCode.InputBadBytes,
                "The stored picture is damaged: its bytes are not those that were uploaded. Restore it from a "
                    + "backup, or upload it again, then retry."
            );
        }
    }

    /// <exception cref="FileNotFoundException">Its bytes are gone.</exception>
    public string RequirePath(string hash) =>
        PathOf(hash) is var path && File.Exists(path) ? path : throw new FileNotFoundException(GoneText, path);

    public string PathOf(string hash) => PathIn(_options, hash);

    /// <summary>Where a data directory, or a backup of one, keeps the bytes with this hash.</summary>
    public static string PathIn(StorageOptions storage, string hash)
    {
        if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower))
        {
            throw new ArgumentException("Not a SHA-256 in lower-case hexadecimal.", nameof(hash));
        }

        return Path.Combine(storage.BlobRoot, hash[..2], hash);
    }

    /// <summary>Deletes files that never arrived whole. Runs at start, before uploads are accepted.</summary>
    /// <returns>How many files went.</returns>
    internal int DropHalfReceived()
    {
        var files = Directory.GetFiles(_options.IncomingRoot);
        foreach (var path in files)
        {
            File.Delete(path);
        }

        return files.Length;
    }
}
