using System.Net;
using Microsoft.Extensions.Options;
using Portal.Core;
using Portal.Core.Domain.Errors;
using Portal.Core.Services.Inputs;
using Portal.Features.Jobs;
using Portal.Shared.Access;
using Portal.Shared.Api;
using Portal.Shared.Identity;

namespace Portal.Features.Health;

/// <summary><c>/metrics</c>, for programs that watch over the portal.</summary>
internal static class HealthApi
{
    public static IServiceCollection AddHealth(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddPortalOptions<MetricsOptions>(configuration, MetricsOptions.Section, o => o.Errors());
        services.AddTelemetry(configuration);
        return services.AddSingleton<WorkPace>().AddHostedService(provider => provider.GetRequiredService<WorkPace>());
    }

    public static void MapHealth(this WebApplication app)
    {
        var anonymous = app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value.Anonymous;
        var metrics = app.MapPrometheusScrapingEndpoint("/metrics");
        metrics.WithMetadata(new HttpMethodMetadata([HttpMethods.Get])).ExcludeFromDescription();
        metrics.Add(endpoint =>
        {
            var write = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context => ReadAsync(context, anonymous, write);
        });
        if (anonymous == MetricsReader.Owner)
        {
            metrics.NeedsSiteOwner();
        }
        else
        {
            metrics.AllowAnonymous();
        }
    }

    private static async Task ReadAsync(HttpContext context, MetricsReader anonymous, RequestDelegate write)
    {
        if (anonymous == MetricsReader.Loopback && !IsFromHere(context) && Refusal(context) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }
        (await context.RequestServices.GetRequiredService<InputQueue>().DepthAsync(context.RequestAborted)).Record();
        await write(context);
    }

    private static bool IsFromHere(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    private static IResult? Refusal(HttpContext context)
    {
        if (context.User.Identity?.IsAuthenticated != true)
        {
            return TypedResults.Unauthorized();
        }

        try
        {
            context.RequestServices.GetRequiredService<SiteOwner>().Require(CurrentUser.Of(context.User));
            return null;
        }
        catch (PortalException e)
        {
            return TypedResults.Text(e.Message, statusCode: ApiErrors.HttpStatus(e.Code));
        }
    }
}
