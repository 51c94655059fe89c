using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Portal.Core.Domain.Errors;
using Portal.Shared.Api;
using Portal.Shared.Identity;

namespace Portal.Shared.Limits;

/// <summary>
/// Limits on the REST API, per user; before anybody is signed in, per address. Pages, their circuits and pictures have
/// none: a wall of pictures asks for hundreds at once.
/// </summary>
internal static class RequestLimits
{
    private const string Uploads = "uploads";
    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddRequestLimits(this IServiceCollection services)
    {
        services
            .AddOptions<RateLimiterOptions>()
            .Configure<IOptions<LimitOptions>>(
                (limiter, options) =>
                {
                    var limits = options.Value;
                    limiter.OnRejected = (rejected, _) => RefuseAsync(rejected, limits);
                    limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                        IsCounted(context)
                            ? RateLimitPartition.GetTokenBucketLimiter(Who(context), _ => Bucket(limits))
                            : RateLimitPartition.GetNoLimiter("")
                    );
                    limiter.AddPolicy(
                        Uploads,
                        context =>
                            RateLimitPartition.GetConcurrencyLimiter(
                                Who(context),
                                _ => new ConcurrencyLimiterOptions { PermitLimit = limits.UploadsAtOnce }
                            )
                    );
                }
            );
        return services.AddRateLimiter().AddSingleton<SignInLimits>();
    }

    /// <summary>Marks an endpoint whose requests take long and many bytes.</summary>
    public static TBuilder LimitUploads<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireRateLimiting(Uploads);

    /// <summary>Keeps slow clients from holding connections and workers.</summary>
    public static void UseLimits(this KestrelServerOptions kestrel, LimitOptions limits)
    {
        kestrel.Limits.MaxConcurrentConnections = limits.Connections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = limits.Connections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(limits.HeaderSeconds);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.MinBytesPerSecond, BodyGrace);
    }

    /// <summary>
    /// Whether a request counts against those of a minute. Uploads of users do not: one request may carry a picture or
    /// a thousand, and how many are under way at once bounds them better.
    /// </summary>
    private static bool IsCounted(HttpContext context)
    {
        var isUpload =
            context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName == Uploads;
        return context.Request.Path.StartsWithSegments("/v2")
            && !(isUpload && context.User.Identity?.IsAuthenticated == true);
    }

    /// <summary>Every second its share of a minute, or where that is less than one request, one at a time.</summary>
    private static TokenBucketRateLimiterOptions Bucket(LimitOptions limits) =>
        new()
        {
            TokenLimit = limits.ApiBurst,
            TokensPerPeriod = Math.Max(1, limits.ApiRequestsPerMinute / 60),
            ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, 60.0 / limits.ApiRequestsPerMinute)),
        };

    private static string Who(HttpContext context) =>
        context.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? ClientAddress.Network(context);

    private static ValueTask RefuseAsync(OnRejectedContext rejected, LimitOptions limits)
    {
        // Uploads have no time after which there is room again.
        var isRate = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait);
        var seconds = isRate ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
        rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return new ValueTask(
            ApiErrors.AnswerAsync(
                rejected.HttpContext,
                new PortalException(
                    StatusCode.TooManyRequests,
                    isRate
                        ? $"That is more than {limits.ApiRequestsPerMinute} requests a minute. Wait {seconds} s and "
                            + $"send it again, or put more inputs into one request."
                        : $"{limits.UploadsAtOnce} uploads of yours are under way already. Send this one when one "
                            + $"of them has ended."
                )
            )
        );
    }
}
