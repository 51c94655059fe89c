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
    private static readonly QueryField<string?> GroupField = ApiQuery.Value("group", $"Only of one kind: {Groups}");

    private static readonly QueryField<string?> PersonField = ApiQuery.Value("user_id", "Only what this user changed");

    private static string Groups => string.Join(", ", Enum.GetValues<AuditGroup>().Select(g => g.Word()));

    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/audit",
                async (ApiScope scope, ApiPage page, HttpRequest request, AuditLog log, CancellationToken ct) =>
                {
                    var lines = await log.ListAsync(
                        Filter(request.HttpContext, scope.AppId),
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
            .Named("ListAudit", "List who changed what in the app, the newest first")
            .Takes(GroupField, PersonField)
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
            .Takes(GroupField, PersonField)
            .ExcludeFromDescription();
        routes
            .MapGet(
                "/media/activity.{format}",
                (string format, HttpRequest request, AuditLog log, CancellationToken ct) =>
                    Download(log, request, null, format, "activity", ct)
            )
            .NeedsSiteOwner()
            .Takes(GroupField, PersonField)
            .ExcludeFromDescription();
    }

    private static AuditFilter Filter(HttpContext context, long? appId)
    {
        var group = GroupField.Read(context) ?? "";
        if (group.Length == 0)
        {
            return new AuditFilter(appId, Person(context));
        }
        // By name alone: a number would stand for kinds that nobody named.
        return Enum.GetNames<AuditGroup>()
            .Contains(group.Replace("_", "", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase)
            ? new AuditFilter(
                appId,
                Person(context),
                Enum.Parse<AuditGroup>(group.Replace("_", "", StringComparison.Ordinal), ignoreCase: true)
            )
            : throw new PortalException(
                StatusCode.InvalidRequest,
                $"The query parameter 'group' is '{Text.Shown(group)}'; it must be one of " + $"{Groups}.",
                "group"
            );
    }

    private static string? Person(HttpContext context) => PersonField.Read(context) is { Length: > 0 } id ? id : null;

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
            var filter = Filter(request.HttpContext, appId);
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
