using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Options;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange;

/// <summary>
/// The files of exports and imports in the data directory. Finished exports and reports are named by their job; what
/// was uploaded for an import by the app and an id made here, so that nobody reaches another app's file by guessing.
/// </summary>
public sealed class ExchangeFiles
{
    private const string Half = ".part";
    private const string Scratch = ".unpacked";
    private static readonly string[] Extensions = [".zip", ".csv"];
    private readonly StorageOptions _options;
    private readonly long _maxBytes;
    private readonly IdGenerator _ids;

    public ExchangeFiles(IOptions<StorageOptions> options, IOptions<ExchangeOptions> limits, IdGenerator ids)
    {
        (_options, _maxBytes, _ids) = (options.Value, limits.Value.MaxImportBytes, ids);
        Directory.CreateDirectory(_options.ExportRoot);
        Directory.CreateDirectory(_options.ImportRoot);
    }

    /// <summary>The file a job left, or null while there is none: an export's zip, an import's report.</summary>
    public FileInfo? ResultOf(string jobId) =>
        Extensions.Select(extension => new FileInfo(PathOf(jobId, extension))).FirstOrDefault(f => f.Exists);

    public void DeleteResultOf(string jobId)
    {
        foreach (var extension in Extensions)
        {
            File.Delete(PathOf(jobId, extension));
            File.Delete(PathOf(jobId, extension) + Half);
        }
    }

    /// <summary>
    /// Writes the file a job leaves: beside its place first, then flushed and renamed, so that a file that is there is
    /// whole.
    /// </summary>
    public async Task WriteResultAsync(string jobId, string extension, Func<Stream, Task> write)
    {
        var path = PathOf(jobId, extension);
        await using (
            var file = new FileStream(path + Half, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 64 * 1024)
        )
        {
            await write(file);
            file.Flush(flushToDisk: true);
        }
        File.Move(path + Half, path, overwrite: true);
    }

    /// <summary>Takes in a file for an import.</summary>
    /// <param name="length">Bytes that are said to come; null where nothing is said.</param>
    /// <returns>The id by which <see cref="Open"/> finds it.</returns>
    /// <exception cref="PortalException"><see cref="StatusCode.InputOverLimit"/>: it is larger than an import may
    /// be.</exception>
    public async Task<string> ReceiveAsync(long appId, Stream content, long? length, CancellationToken ct)
    {
        if (length > _maxBytes)
        {
            throw TooLarge();
        }

        var id = _ids.NewId();
        var path = UploadPath(appId, id);
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            await using var file = new FileStream(
                path,
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                0,
                FileOptions.Asynchronous
            );
            int read;
            while ((read = await content.ReadAsync(buffer, ct)) > 0)
            {
                if (file.Position + read > _maxBytes)
                {
                    throw TooLarge();
                }

                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }
            file.Flush(flushToDisk: true);
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
        return id;
    }

    /// <param name="name">What the person calls the file.</param>
    /// <exception cref="PortalException">There is no such file of this app, or it cannot be read.</exception>
    public ImportFiles Open(long appId, string id, string name, CancellationToken ct)
    {
        Require(appId, id);
        var scratch = $"{UploadPath(appId, id)}-{_ids.NewId()}{Scratch}";
        return ImportSource.Open(UploadPath(appId, id), name, scratch, ct);
    }

    /// <exception cref="PortalException">There is no such file of this app.</exception>
    public void Require(long appId, string id)
    {
        if (!IsId(id) || !File.Exists(UploadPath(appId, id)))
        {
            throw new PortalException(StatusCode.DoesNotExist, "The file of this import is gone. Upload it again.", id);
        }
    }

    public void DeleteUpload(long appId, string id)
    {
        if (IsId(id))
        {
            File.Delete(UploadPath(appId, id));
        }
    }

    /// <summary>Removes what no job will finish. Runs at start.</summary>
    /// <param name="inUse">App and id of the uploads that unfinished imports name.</param>
    /// <returns>How many files and folders went.</returns>
    internal int CleanUp(IReadOnlyCollection<(long AppId, string Id)> inUse)
    {
        var kept = inUse.Select(u => UploadPath(u.AppId, u.Id)).ToHashSet(StringComparer.Ordinal);
        var stale = Directory
            .EnumerateFiles(_options.ImportRoot)
            .Where(path => !kept.Contains(path))
            .Concat(Directory.EnumerateFiles(_options.ExportRoot, "*" + Half))
            .ToList();
        foreach (var path in stale)
        {
            File.Delete(path);
        }

        var folders = Directory.EnumerateDirectories(_options.ImportRoot, "*" + Scratch).ToList();
        foreach (var folder in folders)
        {
            Directory.Delete(folder, recursive: true);
        }

        return stale.Count + folders.Count;
    }

    private PortalException TooLarge() =>
        new(
            StatusCode.InputOverLimit,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The file is larger than {_maxBytes / 1e9:0.#} GB, the limit for an import. Split it, import it "
                    + $"with the command 'import' on the portal's machine, or raise "
                    + $"{ExchangeOptions.Section}:{nameof(ExchangeOptions.MaxImportBytes)}."
            )
        );

    private string PathOf(string jobId, string extension) =>
        IsId(jobId)
            ? Path.Combine(_options.ExportRoot, jobId + extension)
            : throw new ArgumentException("Not a job's id.", nameof(jobId));

    private string UploadPath(long appId, string id) =>
        Path.Combine(_options.ImportRoot, string.Create(CultureInfo.InvariantCulture, $"{appId}-{id}"));

    private static bool IsId(string id) => id.Length == 32 && id.All(char.IsAsciiHexDigitLower);
}
