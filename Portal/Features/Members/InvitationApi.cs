using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Features.SignIn;
using Portal.Shared.Identity;

namespace Portal.Features.Members;

/// <summary>
/// Joining an app by a link. Opening it changes nothing; only the form on its page spends it, so a preview or a scanner
/// cannot.
/// </summary>
internal static class InvitationApi
{
    public const string Path = "/invitation";

    public static void MapInvitations(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                Path,
                async (
                    string? token,
                    CurrentUser? user,
                    HttpContext context,
                    IAntiforgery antiforgery,
                    InvitationService invitations,
                    CancellationToken ct
                ) => Page(context, antiforgery, token, await invitations.FindAsync(token ?? "", ct), user, "", null)
            )
            .AllowAnonymous();
        routes.MapPost(Path, JoinAsync).AllowAnonymous();
    }

    /// <summary>
    /// Whoever is signed in joins; anybody else becomes a new user under the id they chose, and is signed in.
    /// </summary>
    private static async Task<Results<RedirectHttpResult, RazorComponentResult<InvitationPage>>> JoinAsync(
        [FromForm] string token,
        [FromForm(Name = "user_id")] string? userId,
        CurrentUser? user,
        HttpContext context,
        IAntiforgery antiforgery,
        InvitationService invitations,
        SessionStart sessions,
        CancellationToken ct
    )
    {
        try
        {
            InvitationView joined;
            if (user is not null)
            {
                joined = await invitations.JoinAsync(token, user.Key, ct);
            }
            else
            {
                (var newcomer, joined) = await invitations.JoinAsNewAsync(token, (userId ?? "").Trim(), ct);
                await sessions.BeginAsync(context, newcomer.Id, newcomer.UserName!, SignInMethod.Link);
            }
            return TypedResults.Redirect($"/apps/{joined.OwnerId}/{joined.AppId}/explorer");
        }
        catch (PortalException e)
        {
            return Page(
                context,
                antiforgery,
                token,
                await invitations.FindAsync(token, ct),
                user,
                userId ?? "",
                e.Message
            );
        }
    }

    private static RazorComponentResult<InvitationPage> Page(
        HttpContext context,
        IAntiforgery antiforgery,
        string? token,
        InvitationView? invitation,
        CurrentUser? user,
        string userId,
        string? problem
    )
    {
        // This also forbids caching the page, and with it the token.
        var tokens = antiforgery.GetAndStoreTokens(context);
        return new RazorComponentResult<InvitationPage>(
            new
            {
                Invitation = invitation,
                Token = token,
                SignedInAs = user?.UserId,
                UserId = userId,
                Problem = problem,
                AntiforgeryField = tokens.FormFieldName,
                AntiforgeryToken = tokens.RequestToken,
            }
        )
        {
            StatusCode =
                invitation is null ? StatusCodes.Status404NotFound
                : problem is null ? StatusCodes.Status200OK
                : StatusCodes.Status400BadRequest,
        };
    }
}
