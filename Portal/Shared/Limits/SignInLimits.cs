using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Portal.Shared.Identity;

namespace Portal.Shared.Limits;

/// <summary>
/// How often one may try to sign in: from one address, and from there as one user. The lockout of accounts counts
/// across addresses.
/// </summary>
internal sealed class SignInLimits(IOptions<LimitOptions> options) : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly PartitionedRateLimiter<string> _byAddress = PerMinute<string>(
        options.Value.SignInTriesPerAddressPerMinute
    );
    private readonly PartitionedRateLimiter<(string, string)> _byUser = PerMinute<(string, string)>(
        options.Value.SignInTriesPerMinute
    );

    /// <summary>Counts a try, and says whether it is one too many.</summary>
    /// <param name="userId">As whom; null where nobody is named, as with a link.</param>
    public bool Refuses(HttpContext context, string? userId)
    {
        var network = ClientAddress.Network(context);
        using var address = _byAddress.AttemptAcquire(network);
        if (!address.IsAcquired || userId is null)
        {
            return !address.IsAcquired;
        }

        using var user = _byUser.AttemptAcquire((network, userId.ToUpperInvariant()));
        return !user.IsAcquired;
    }

    public void Dispose()
    {
        _byAddress.Dispose();
        _byUser.Dispose();
    }

    private static PartitionedRateLimiter<T> PerMinute<T>(int tries)
        where T : notnull =>
        PartitionedRateLimiter.Create<T, T>(key =>
            RateLimitPartition.GetFixedWindowLimiter(
                key,
                _ => new FixedWindowRateLimiterOptions { PermitLimit = tries, Window = Window }
            )
        );
}
