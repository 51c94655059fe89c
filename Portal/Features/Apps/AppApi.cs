using Portal.Core.Apps;
using Portal.Core.Errors;
using Portal.Core.Workflows;
using Portal.Features.SignIn;
using Portal.Shared.Api;

namespace Portal.Features.Apps;

/// <summary><c>/users/{user_id}/apps</c></summary>
internal static class AppApi
{
    public static void MapApps(this IEndpointRouteBuilder routes)
    {
        var apps = routes.MapGroup("/users/{user_id}/apps").WithTags("Apps");
        apps.MapPost("", CreateAsync);
        apps.MapGet("", ListAsync);
        apps.MapPatch("", ChangeAsync);
        apps.MapGet("/{app_id}", async (ApiScope scope, WorkflowService workflows, CancellationToken ct) =>
            new AppResponse(await WireAsync(scope.App, scope.OwnerId, workflows, ct)));
        apps.MapDelete("/{app_id}", async (ApiScope scope, AppService service, CancellationToken ct) =>
        {
            await service.DeleteAsync(scope.AppId, ct);
            return new ApiResponse();
        });
    }

    private static async Task<AppsResponse> CreateAsync(
        HttpContext context, Body<AppsRequest> body, AppService service, WorkflowService workflows, CancellationToken ct)
    {
        var user = Owner(context);
        if (user.AppKey is not null)
            throw new PortalException(StatusCode.InsufficientScopes, "An API key of one app cannot make apps. Use a key for all apps.");
        var batch = await ApiBatch.RunAsync(ApiBatch.Items(body.Value.Apps, body.Value.App, "apps", ApiLimits.MaxInputs),
            async wanted => await WireAsync(await service.CreateAsync(user.Key, wanted.Id, wanted.Name, wanted.Description, ct), user.UserId, workflows, ct),
            (wanted, _) => wanted);
        return new AppsResponse(batch.Items) { Status = batch.Status };
    }

    private static async Task<AppsResponse> ListAsync(
        HttpContext context, ApiPage page, AppService service, WorkflowService workflows, CancellationToken ct)
    {
        var user = Owner(context);
        var visible = (await service.ListAsync(user.Key, ct)).Where(app => user.AppKey is null || app.Id == user.AppKey);
        var wires = new List<AppWire>();
        foreach (var app in page.Of(visible)) wires.Add(await WireAsync(app, user.UserId, workflows, ct));
        return new AppsResponse(wires);
    }

    private static async Task<AppsResponse> ChangeAsync(
        HttpContext context, Body<AppsRequest> body, AppService service, WorkflowService workflows, CancellationToken ct)
    {
        var user = Owner(context);
        ApiAction.Parse(body.Value.Action);
        var batch = await ApiBatch.RunAsync(ApiBatch.Items(body.Value.Apps, body.Value.App, "apps", ApiLimits.MaxInputs), ChangeOneAsync, (wanted, _) => wanted);
        return new AppsResponse(batch.Items) { Status = batch.Status };

        async Task<AppWire> ChangeOneAsync(AppWire wanted)
        {
            var app = await service.GetAsync(user.Key, user.UserId, wanted.Id ?? "", ct);
            if (user.AppKey is { } only && only != app.Id)
                throw new PortalException(StatusCode.InsufficientScopes, $"This API key belongs to another app than '{app.ExternalId}'.", app.ExternalId);
            // The workflow first: if it cannot be the default, nothing else is changed either.
            if (wanted.DefaultWorkflowId is { } workflowId)
                await workflows.SetDefaultAsync(app.Id, workflowId.Length == 0 ? null : (await workflows.GetVersionAsync(app.Id, workflowId, wanted.DefaultWorkflowVersionId, ct)).Id, ct);
            return await WireAsync(await service.UpdateAsync(app.Id, wanted.Name, wanted.Description, null, ct), user.UserId, workflows, ct);
        }
    }

    /// <summary>The caller, if the path is the caller's own: nobody sees or makes another user's apps.</summary>
    private static CurrentUser Owner(HttpContext context)
    {
        var user = CurrentUser.Of(context.User);
        var owner = ApiScope.OwnerOf(context, user);
        return string.Equals(owner, user.UserId, StringComparison.OrdinalIgnoreCase)
            ? user
            : throw new PortalException(StatusCode.DoesNotExist, $"There is no user '{Text.Shown(owner)}' here, or you may not see their apps.", owner);
    }

    private static async Task<AppWire> WireAsync(App app, string ownerId, WorkflowService workflows, CancellationToken ct)
    {
        var chosen = await workflows.GetDefaultAsync(app.Id, ct);
        return new AppWire
        {
            Id = app.ExternalId,
            Name = app.Name,
            Description = app.Description,
            UserId = ownerId,
            DefaultWorkflowId = chosen?.WorkflowId,
            DefaultWorkflowVersionId = chosen?.VersionId,
            CreatedAt = app.CreatedAt,
            ModifiedAt = app.ModifiedAt,
        };
    }
}
