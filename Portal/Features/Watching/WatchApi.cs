using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Watching;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Watching;

/// <summary>What became of the files of a watched folder, as a report to download.</summary>
internal static class WatchApi
{
    public static void MapWatchReport(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/media/{user_id}/{app_id}/watched/report", Report)
            .Needs(Permission.Exchange)
            .ExcludeFromDescription();

    private static PushStreamHttpResult Report(
        ApiScope scope,
        HttpContext context,
        WatchService watching,
        CancellationToken ct
    )
    {
        context.Response.AsDownload();
        return TypedResults.Stream(
            target => watching.WriteReportAsync(scope.AppId, target, ct),
            "text/csv",
            $"{scope.App.ExternalId}-watched-report.csv"
        );
    }
}
