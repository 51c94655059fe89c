using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images;

namespace Portal.Core.Engines.Fetch;

/// <summary>
/// Fetches pictures from addresses that clients name, without becoming a way into the network the portal stands in. A
/// host is resolved once for each connection, every address it has must be public, and the connection goes to one of
/// the very addresses that were checked; so neither a redirect nor a name that changes its address in between leads
/// inwards. What the other side says reaches nobody: the bytes decide whether it is a picture.
/// </summary>
public sealed class GuardedImageClient : IDisposable
{
    private const int MaxRedirects = 5;
    private readonly HttpClient _client;
    private readonly IOutboundNetwork _network;
    private readonly FetchOptions _options;
    private readonly TimeProvider _clock;
    private readonly SizeLimit _imageSize;
    private readonly HashSet<string> _allowedHosts;
    private readonly FetchSlots _slots;

    public GuardedImageClient(
        IOutboundNetwork network,
        IOptions<FetchOptions> options,
        IOptions<ImageLimits> limits,
        TimeProvider clock
    )
    {
        (_network, _options, _clock, _imageSize) = (network, options.Value, clock, limits.Value.Size);
        _allowedHosts = options.Value.AllowedHosts.Select(Unbracketed).ToHashSet(StringComparer.OrdinalIgnoreCase);
        _slots = new FetchSlots(_options, clock);
        _client = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = ConnectAsync,
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                Credentials = null,
                ActivityHeadersPropagator = null,
                // A connection is not kept: what was checked for one fetch says nothing about the next.
                PooledConnectionLifetime = TimeSpan.Zero,
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("AutoAnnotatePortal");
    }

    /// <summary>Opens the picture's bytes. Reading them can fail the same way as opening.</summary>
    /// <exception cref="PortalException">
    /// <see cref="StatusCode.InputInvalidUrl"/>: no address the portal fetches from.
    /// <see cref="StatusCode.ConnectionFailed"/>: no answer in time, or a busy host.
    /// <see cref="StatusCode.InputOverLimit"/>: more bytes than an image may have.
    /// </exception>
    public Task<Stream> OpenAsync(string url, CancellationToken ct) => OpenAsync(url, _imageSize, ct);

    /// <summary>Opens the bytes of what may be larger than a picture, within the same guards.</summary>
    public async Task<Stream> OpenAsync(string url, SizeLimit limit, CancellationToken ct)
    {
        var address = Parse(url);
        FetchTime? time = null;
        IDisposable? slot = null;
        try
        {
            for (var hop = 0; hop <= MaxRedirects; hop++)
            {
                slot = await _slots.EnterAsync(address.Host, ct);
                // The wait for a slot is nobody's fault and does not count.
                time ??= new FetchTime(_options, _clock, ct);
                var response = await SendAsync(address, time);
                if (response.IsSuccessStatusCode)
                {
                    return await BodyAsync(response, address, limit, time, slot);
                }

                using (response)
                {
                    address = Next(response, address);
                }

                slot.Dispose();
            }
            throw Refused(address, $"is the end of more than {MaxRedirects} redirects. Give the picture's own address");
        }
        catch
        {
            time?.Dispose();
            slot?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _slots.Dispose();
    }

    /// <summary>Where a redirect leads; any other answer is a failure, which may pass or not.</summary>
    private Uri Next(HttpResponseMessage response, Uri address)
    {
        var status = (int)response.StatusCode;
        if (response.Headers.Location is { } location && status is 301 or 302 or 303 or 307 or 308)
        {
            return Parse(Uri.TryCreate(address, location, out var next) ? next.AbsoluteUri : location.OriginalString);
        }

        if (status is not (408 or 425 or 429 or 500 or 502 or 503 or 504))
        {
            throw Refused(address, $"answered with HTTP status {status} instead of a picture. Check the address");
        }

        var after = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _clock.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        // Others need not find out for themselves that the host is busy.
        if (after is { } rest && rest > TimeSpan.Zero && rest <= _options.LongestPause)
        {
            _slots.Rest(address.Host, rest);
        }

        throw new FetchException(
            $"The address at '{Text.Shown(address.Host)}' answered with HTTP status {status}: the host is busy or "
                + $"has a fault.",
            after is { } wait && wait > TimeSpan.Zero ? wait : null
        );
    }

    private async Task<HttpResponseMessage> SendAsync(Uri address, FetchTime time)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        try
        {
            return await time.RunAsync(
                ct => _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct),
                address.Host
            );
        }
        catch (HttpRequestException e) when (e.InnerException is PortalException refusal)
        {
            throw new PortalException(refusal.Code, refusal.Message, refusal.Subject, e);
        }
        catch (HttpRequestException e)
        {
            throw new FetchException(
                $"The portal could not connect to '{Text.Shown(address.Host)}'. Check the address, and that the "
                    + $"host can be reached from here.",
                inner: e
            );
        }
    }

    private static async Task<Stream> BodyAsync(
        HttpResponseMessage response,
        Uri address,
        SizeLimit limit,
        FetchTime time,
        IDisposable slot
    )
    {
        try
        {
            if (response.Content.Headers.ContentLength > limit.Bytes)
            {
                throw limit.Refusal();
            }

            return new FetchedStream(
                response,
                await response.Content.ReadAsStreamAsync(time.Total),
                address.Host,
                limit,
                time,
                slot
            );
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var host = Unbracketed(context.DnsEndPoint.Host);
        IReadOnlyList<IPAddress> addresses;
        try
        {
            addresses = await _network.ResolveAsync(host, ct);
        }
        catch (SocketException e)
        {
            throw new PortalException(
                StatusCode.ConnectionFailed,
                $"There is no host named '{Text.Shown(host)}'. Check the address.",
                inner: e
            );
        }
        if (!_allowedHosts.Contains(host) && !addresses.All(PublicAddresses.Contains))
        {
            throw new PortalException(
                StatusCode.InputInvalidUrl,
                $"The host '{Text.Shown(host)}' is not on the public internet, so the portal does not fetch from "
                    + $"it. The portal's owner can allow it in "
                    + $"{FetchOptions.Section}:{nameof(FetchOptions.AllowedHosts)}."
            );
        }

        SocketException? failure = null;
        foreach (var address in addresses)
        {
            try
            {
                return await _network.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), ct);
            }
            catch (SocketException e)
            {
                failure = e;
            }
        }
        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static Uri Parse(string url)
    {
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            || address.Host.Length == 0
        )
        {
            throw new PortalException(
                StatusCode.InputInvalidUrl,
                $"'{Text.Shown(url)}' is not an address the portal fetches from. It must begin with http:// or "
                    + $"https://."
            );
        }

        if (address.UserInfo.Length > 0)
        {
            throw new PortalException(
                StatusCode.InputInvalidUrl,
                "The address holds a user name or password. Remove it; the portal sends no credentials."
            );
        }

        return address;
    }

    private static PortalException Refused(Uri address, string what) =>
        new(StatusCode.InputInvalidUrl, $"The address at '{Text.Shown(address.Host)}' {what}.");

    private static string Unbracketed(string host) => host.Trim('[', ']');
}
