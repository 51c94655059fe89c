using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Audit;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Audit;

/// <summary><c>audit</c>, and the log as a file.</summary>
internal static class AuditApi
{
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/audit",
                async (ApiScope scope, ApiPage page, HttpRequest request, AuditLog log, CancellationToken ct) =>
                {
                    var lines = await log.ListAsync(
                        Filter(request, scope.AppId),
                        page.After,
                        page.Skip,
                        page.Size + 1,
                        ct
                    );
                    return new AuditResponse(
                        [.. lines.Take(page.Size).Select(AuditDto.Of)],
                        page.NextToken(lines, line => line.Id)
                    );
                }
            )
            .Needs(Permission.ManageApp)
            .WithTags("Audit");

    public static void MapAuditFiles(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/media/{user_id}/{app_id}/activity.{format}",
                (ApiScope scope, string format, HttpRequest request, AuditLog log, CancellationToken ct) =>
                    Download(log, request, scope.AppId, format, $"{scope.App.ExternalId}-activity", ct)
            )
            .Needs(Permission.ManageApp)
            .ExcludeFromDescription();
        routes
            .MapGet(
                "/media/activity.{format}",
                (string format, HttpRequest request, AuditLog log, CancellationToken ct) =>
                    Download(log, request, null, format, "activity", ct)
            )
            .NeedsSiteOwner()
            .ExcludeFromDescription();
    }

    private static AuditFilter Filter(HttpRequest request, long? appId)
    {
        var group = request.Query["group"].ToString();
        if (group.Length == 0)
        {
            return new AuditFilter(appId, Person(request));
        }
        // By name alone: a number would stand for kinds that nobody named.
        return Enum.GetNames<AuditGroup>()
            .Contains(group.Replace("_", "", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase)
            ? new AuditFilter(
                appId,
                Person(request),
                Enum.Parse<AuditGroup>(group.Replace("_", "", StringComparison.Ordinal), ignoreCase: true)
            )
            : throw new PortalException(
                StatusCode.InvalidRequest,
                $"The query parameter 'group' is '{Text.Shown(group)}'; it must be one of "
                    + $"{string.Join(", ", Enum.GetValues<AuditGroup>().Select(g => g.Word()))}.",
                "group"
            );
    }

    private static string? Person(HttpRequest request) =>
        request.Query["user_id"].ToString() is { Length: > 0 } id ? id : null;

    private static IResult Download(
        AuditLog log,
        HttpRequest request,
        long? appId,
        string format,
        string name,
        CancellationToken ct
    )
    {
        try
        {
            var filter = Filter(request, appId);
            request.HttpContext.Response.AsDownload();
            return format switch
            {
                "csv" => TypedResults.Stream(
                    target => log.WriteCsvAsync(filter, target, ct),
                    "text/csv",
                    $"{name}.csv"
                ),
                "jsonl" => TypedResults.Stream(
                    target => log.WriteJsonLinesAsync(filter, target, ct),
                    "application/jsonl",
                    $"{name}.jsonl"
                ),
                _ => TypedResults.NotFound(),
            };
        }
        catch (PortalException e)
        {
            return TypedResults.Text(e.Message, statusCode: ApiErrors.HttpStatus(e.Code));
        }
    }
}
