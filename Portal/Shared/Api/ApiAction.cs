using Portal.Core.Domain.Errors;
using Portal.Core.Services.Models;

namespace Portal.Shared.Api;

/// <summary>A PATCH body's <c>action</c>.</summary>
internal static class ApiAction
{
    /// <summary>Merging is what a request without an action means: it loses nothing.</summary>
    public static PatchAction Parse(string? action) =>
        action switch
        {
            null or "" or "merge" => PatchAction.Merge,
            "overwrite" => PatchAction.Overwrite,
            "remove" => PatchAction.Remove,
            _ => throw new PortalException(
                StatusCode.InvalidRequest,
                $"'action' cannot be '{Text.Shown(action)}'. Use overwrite, merge or remove.",
                "action"
            ),
        };
}
