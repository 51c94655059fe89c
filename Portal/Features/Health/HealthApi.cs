using System.Net;
using Microsoft.Extensions.Options;
using Portal.Core;
using Portal.Core.Errors;
using Portal.Core.Inputs;
using Portal.Features.Jobs;
using Portal.Features.SignIn;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Health;

/// <summary><c>/metrics</c>, for programs that watch over the portal.</summary>
internal static class HealthApi
{
    public static IServiceCollection AddHealth(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddPortalOptions<MetricsOptions>(configuration, MetricsOptions.Section, o => o.Errors());
        services.AddSingleton<WorkPace>().AddHostedService(provider => provider.GetRequiredService<WorkPace>());
        return services.AddSingleton<MetricStore>().AddHostedService(provider => provider.GetRequiredService<MetricStore>());
    }

    public static void MapHealth(this WebApplication app)
    {
        var anonymous = app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value.Anonymous;
        var metrics = app.MapGet("/metrics", (HttpContext context, MetricStore store, InputQueue queue, SiteOwner owner, CancellationToken ct) =>
            anonymous == MetricsReader.Loopback && !IsFromHere(context) ? RefuseOrWriteAsync(context, owner, store, queue, ct) : WriteAsync(store, queue, ct)).ExcludeFromDescription();
        if (anonymous == MetricsReader.Owner) metrics.NeedsSiteOwner();
        else metrics.AllowAnonymous();
    }

    private static bool IsFromHere(HttpContext context) => context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    private static async Task<IResult> RefuseOrWriteAsync(HttpContext context, SiteOwner owner, MetricStore store, InputQueue queue, CancellationToken ct)
    {
        if (context.User.Identity?.IsAuthenticated != true) return TypedResults.Unauthorized();
        try
        {
            owner.Require(CurrentUser.Of(context.User));
        }
        catch (PortalException e)
        {
            return TypedResults.Text(e.Message, statusCode: ApiErrors.HttpStatus(e.Code));
        }
        return await WriteAsync(store, queue, ct);
    }

    private static async Task<IResult> WriteAsync(MetricStore store, InputQueue queue, CancellationToken ct)
    {
        (await queue.DepthAsync(ct)).Record();
        return TypedResults.Text(store.Write(), MetricStore.ContentType);
    }
}
