using Microsoft.Extensions.Options;
using Portal.Core.Apps;
using Portal.Core.Audit;
using Portal.Core.Errors;
using Portal.Features.SignIn;
using Portal.Shared.Api;

namespace Portal.Features.Audit;

/// <summary><c>audit</c>, and the log as a file.</summary>
internal static class AuditApi
{
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/audit", async (ApiScope scope, ApiPage page, HttpRequest request, AuditLog log, CancellationToken ct) =>
        {
            var lines = await log.ListAsync(Filter(request, scope.AppId), page.After, page.Skip, page.Size + 1, ct);
            return new AuditResponse([.. lines.Take(page.Size).Select(AuditWire.Of)], page.NextToken(lines, line => line.Id));
        }).WithTags("Audit");

    public static void MapAuditFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/downloads/{userId}/{appId}/activity.{format}", async (
            string userId, string appId, string format, CurrentUser user, HttpRequest request, AppService apps, AuditLog log, CancellationToken ct) =>
        {
            try
            {
                var app = await apps.GetAsync(user.Key, userId, appId, ct);
                return Download(log, Filter(request, app.Id), format, $"{app.ExternalId}-activity", ct);
            }
            catch (PortalException e)
            {
                return TypedResults.Text(e.Message, statusCode: ApiErrors.HttpStatus(e.Code));
            }
        }).ExcludeFromDescription();
        routes.MapGet("/downloads/activity.{format}", (string format, CurrentUser user, HttpRequest request, AuditLog log, IOptions<OwnerOptions> owner, CancellationToken ct) =>
        {
            try
            {
                return owner.Value.Is(user) ? Download(log, Filter(request, null), format, "activity", ct) : TypedResults.NotFound();
            }
            catch (PortalException e)
            {
                return TypedResults.Text(e.Message, statusCode: ApiErrors.HttpStatus(e.Code));
            }
        }).ExcludeFromDescription();
    }

    private static AuditFilter Filter(HttpRequest request, long? appId)
    {
        var group = request.Query["group"].ToString();
        if (group.Length == 0) return new AuditFilter(appId, Person(request));
        // By name alone: a number would stand for kinds that nobody named.
        return Enum.GetNames<AuditGroup>().Contains(group.Replace("_", "", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase)
            ? new AuditFilter(appId, Person(request), Enum.Parse<AuditGroup>(group.Replace("_", "", StringComparison.Ordinal), ignoreCase: true))
            : throw new PortalException(StatusCode.InvalidRequest, $"The query parameter 'group' is '{Text.Shown(group)}'; it must be one of {string.Join(", ", Enum.GetValues<AuditGroup>().Select(g => g.Word()))}.", "group");
    }

    private static string? Person(HttpRequest request) => request.Query["user_id"].ToString() is { Length: > 0 } id ? id : null;

    private static IResult Download(AuditLog log, AuditFilter filter, string format, string name, CancellationToken ct) => format switch
    {
        "csv" => TypedResults.Stream(target => log.WriteCsvAsync(filter, target, ct), "text/csv", $"{name}.csv"),
        "jsonl" => TypedResults.Stream(target => log.WriteJsonLinesAsync(filter, target, ct), "application/jsonl", $"{name}.jsonl"),
        _ => TypedResults.NotFound(),
    };
}
