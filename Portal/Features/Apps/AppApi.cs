using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Workflows;
using Portal.Shared.Access;
using Portal.Shared.Api;
using Portal.Shared.Identity;

namespace Portal.Features.Apps;

/// <summary><c>/users/{user_id}/apps</c></summary>
internal static class AppApi
{
    public static void MapApps(this IEndpointRouteBuilder routes)
    {
        var apps = routes.MapGroup("/users/{user_id}/apps").WithTags("Apps");
        apps.MapPost("", CreateAsync).NeedsSiteOwner().Named("PostApps", "Create apps");
        apps.MapGet("", ListAsync)
            .NeedsSignIn()
            .Named(
                "ListApps",
                "List apps",
                "Under your own path, all the apps you are a member of; under another user's, those of that user."
            );
        apps.MapPatch("", ChangeAsync)
            .NeedsSignIn()
            .Named(
                "PatchApps",
                "Change apps",
                "Sets names, descriptions and default workflows. Least role in each app: manager."
            );
        apps.MapGet(
                "/{app_id}",
                async (ApiScope scope, WorkflowService workflows, CancellationToken ct) =>
                    new AppResponse(await WireAsync(scope.App, scope.OwnerId, workflows, ct))
            )
            .Needs(Permission.See)
            .Named("GetApp", "Get an app");
        apps.MapDelete(
                "/{app_id}",
                async (ApiScope scope, AppService service, CancellationToken ct) =>
                {
                    await service.DeleteAsync(scope.AppId, ct);
                    return new ApiResponse();
                }
            )
            .Needs(Permission.DeleteApp)
            .Named("DeleteApp", "Delete an app with all that is in it");
    }

    private static async Task<AppsResponse> CreateAsync(
        HttpContext context,
        Body<AppsRequest> body,
        AppService service,
        WorkflowService workflows,
        CancellationToken ct
    )
    {
        var user = CurrentUser.Of(context.User);
        if (!IsOwn(context, user))
        {
            throw NoUser(context, user);
        }

        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Apps, body.Value.App, "apps", ApiLimits.MaxInputs),
            async wanted =>
                await WireAsync(
                    await service.CreateAsync(user.Key, wanted.Id, wanted.Name, wanted.Description, ct),
                    user.UserId,
                    workflows,
                    ct
                ),
            (wanted, _) => wanted
        );
        return new AppsResponse(batch.Items) { Status = batch.Status };
    }

    /// <summary>
    /// Under one's own path, all the apps one is a member of; under another user's, those of that user's.
    /// </summary>
    private static async Task<AppsResponse> ListAsync(
        HttpContext context,
        ApiPage page,
        AppService service,
        WorkflowService workflows,
        CancellationToken ct
    )
    {
        var user = CurrentUser.Of(context.User);
        var owner = IsOwn(context, user) ? null : ApiScope.OwnerOf(context, user);
        var visible = (await service.ListAsync(user.Key, ct))
            .Where(access =>
                (user.AppKey is null || access.App.Id == user.AppKey)
                && (owner is null || string.Equals(access.OwnerId, owner, StringComparison.OrdinalIgnoreCase))
            )
            .ToList();
        if (owner is not null && visible.Count == 0)
        {
            throw NoUser(context, user);
        }

        var wires = new List<AppDto>();
        foreach (var access in page.Of(visible))
        {
            wires.Add(await WireAsync(access.App, access.OwnerId, workflows, ct));
        }

        return new AppsResponse(wires);
    }

    private static async Task<AppsResponse> ChangeAsync(
        HttpContext context,
        Body<AppsRequest> body,
        AppService service,
        WorkflowService workflows,
        CancellationToken ct
    )
    {
        var user = CurrentUser.Of(context.User);
        var owner = ApiScope.OwnerOf(context, user);
        if (
            !IsOwn(context, user)
            && (await service.ListAsync(user.Key, ct)).All(access =>
                !string.Equals(access.OwnerId, owner, StringComparison.OrdinalIgnoreCase)
            )
        )
        {
            throw NoUser(context, user);
        }

        ApiAction.Parse(body.Value.Action);
        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Apps, body.Value.App, "apps", ApiLimits.MaxInputs),
            ChangeOneAsync,
            (wanted, _) => wanted
        );
        return new AppsResponse(batch.Items) { Status = batch.Status };

        async Task<AppDto> ChangeOneAsync(AppDto wanted)
        {
            // The apps stand in the body, so each is opened and checked here as the gate does for a path.
            var scope = await ApiScope.OpenAsync(service, user, owner, wanted.Id ?? "", ct);
            scope.Require(Permission.ManageApp);
            // The workflow first: if it cannot be the default, nothing else is changed either.
            if (wanted.DefaultWorkflowId is { } workflowId)
            {
                scope.Require(Permission.ManageWorkflows);
                await workflows.SetDefaultAsync(
                    scope.AppId,
                    workflowId.Length == 0
                        ? null
                        : (
                            await workflows.GetVersionAsync(
                                scope.AppId,
                                workflowId,
                                wanted.DefaultWorkflowVersionId,
                                ct
                            )
                        ).Id,
                    ct
                );
            }
            return await WireAsync(
                await service.UpdateAsync(scope.AppId, wanted.Name, wanted.Description, null, ct),
                scope.OwnerId,
                workflows,
                ct
            );
        }
    }

    private static bool IsOwn(HttpContext context, CurrentUser user) =>
        string.Equals(ApiScope.OwnerOf(context, user), user.UserId, StringComparison.OrdinalIgnoreCase);

    private static PortalException NoUser(HttpContext context, CurrentUser user)
    {
        var owner = ApiScope.OwnerOf(context, user);
        return new PortalException(
            StatusCode.DoesNotExist,
            $"There is no user '{Text.Shown(owner)}' here, or you may not see their apps.",
            owner
        );
    }

    private static async Task<AppDto> WireAsync(
        App app,
        string ownerId,
        WorkflowService workflows,
        CancellationToken ct
    )
    {
        var chosen = await workflows.GetDefaultAsync(app.Id, ct);
        return new AppDto
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
