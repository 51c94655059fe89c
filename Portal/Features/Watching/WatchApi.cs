using Portal.Core.Apps;
using Portal.Core.Errors;
using Portal.Core.Watching;
using Portal.Features.SignIn;

namespace Portal.Features.Watching;

/// <summary>What became of the files of a watched folder, as a report to download.</summary>
internal static class WatchApi
{
    public static void MapWatchReport(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/media/{userId}/{appId}/watched/report", ReportAsync).ExcludeFromDescription();

    private static async Task<IResult> ReportAsync(string userId, string appId, CurrentUser user, HttpContext context, AppService apps, WatchService watching, CancellationToken ct)
    {
        try
        {
            var app = await apps.GetAsync(user.Key, userId, appId, ct);
            if (user.AppKey is { } only && only != app.Id) return TypedResults.NotFound();
            context.Response.Headers.CacheControl = "private, no-store";
            context.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
            return TypedResults.Stream(target => watching.WriteReportAsync(app.Id, target, ct), "text/csv", $"{app.ExternalId}-watched-report.csv");
        }
        catch (PortalException e) when (e.Code == StatusCode.DoesNotExist)
        {
            return TypedResults.NotFound();
        }
    }
}
