using Microsoft.Extensions.Options;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Videos;
using Portal.Core.Engines.Fetch;
using Portal.Core.Engines.Videos;

namespace Portal.Core.Services.Inputs;

/// <summary>
/// Fetches pictures for long lists: whole, to a file, and again where what failed may pass, with pauses that double and
/// differ, or as long as the host asks for.
/// </summary>
public sealed class PatientFetch
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private readonly GuardedImageClient _client;
    private readonly FetchOptions _options;
    private readonly SizeLimit _videoSize;
    private readonly string _folder;
    private readonly TimeProvider _clock;

    public PatientFetch(
        GuardedImageClient client,
        IOptions<FetchOptions> options,
        IOptions<VideoLimits> videos,
        IOptions<StorageOptions> storage,
        TimeProvider clock
    )
    {
        (_client, _options, _videoSize, _folder, _clock) = (
            client,
            options.Value,
            videos.Value.Size,
            storage.Value.IncomingRoot,
            clock
        );
        Directory.CreateDirectory(_folder);
    }

    /// <summary>
    /// The bytes of a picture, or of a video where the address ends like one, all of them here; the file goes when the
    /// stream is closed.
    /// </summary>
    /// <exception cref="PortalException">As of <see cref="GuardedImageClient.OpenAsync"/>, after the last
    /// attempt.</exception>
    public async Task<Stream> OpenAsync(string url, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan pause;
            try
            {
                return await DownloadAsync(url, ct);
            }
            catch (FetchException e)
            {
                pause = e.RetryAfter ?? Backoff(attempt);
                if (pause > _options.LongestPause)
                {
                    throw new PortalException(
                        e.Code,
                        $"{e.Message} It asks to be left alone for {pause.TotalSeconds:0} s; import the list "
                            + $"again later.",
                        inner: e
                    );
                }

                if (attempt >= _options.Attempts)
                {
                    throw attempt == 1
                        ? e
                        : new PortalException(e.Code, $"{e.Message} It was tried {attempt} times.", inner: e);
                }
            }
            await Task.Delay(pause, _clock, ct);
        }
    }

    private async Task<Stream> DownloadAsync(string url, CancellationToken ct)
    {
        var file = new FileStream(
            Path.Combine(_folder, $"{Guid.NewGuid():N}.fetched"),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            0,
            FileOptions.Asynchronous | FileOptions.DeleteOnClose
        );
        try
        {
            await using (
                var content = IsVideo(url)
                    ? await _client.OpenAsync(url, _videoSize, ct)
                    : await _client.OpenAsync(url, ct)
            )
            {
                await content.CopyToAsync(file, ct);
            }

            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private static bool IsVideo(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && VideoType.IsNamedLikeVideo(address.AbsolutePath);

    private TimeSpan Backoff(int attempt)
    {
        var pause = FirstPause * Math.Pow(2, attempt - 1) * (0.5 + Random.Shared.NextDouble());
        return pause < _options.LongestPause ? pause : _options.LongestPause;
    }
}
