using Portal.Core.Domain.Errors;

namespace Portal.Core.Engines.Fetch;

/// <summary>
/// A fetch that failed in a way that may pass by itself: no answer in time, a connection that broke, a host that is
/// busy.
/// </summary>
/// <param name="retryAfter">When the host asks to be asked again; null where it did not say.</param>
internal sealed class FetchException(string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : PortalException(StatusCode.ConnectionFailed, message, inner: inner)
{
    public TimeSpan? RetryAfter => retryAfter;
}
