using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Shared.Access;
using Portal.Shared.Identity;
using Portal.Shared.Limits;
using SignedIn = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.RedirectHttpResult,
    Microsoft.AspNetCore.Http.HttpResults.RazorComponentResult<Portal.Features.SignIn.SignInPage>
>;

namespace Portal.Features.SignIn;

/// <summary>
/// The way in and out. Opening a link changes nothing; only the form on its page spends the token, so a preview or a
/// scanner cannot.
/// </summary>
internal static class SignInApi
{
    public const string SignInPath = "/sign-in";
    public const string PasswordPath = "/sign-in/password";
    public const string CodePath = "/sign-in/code";
    public const string SignOutPath = "/sign-out";
    public const string CookieName = "portal";

    // Nobody is signed in yet, so nobody sends much.
    private static readonly RequestSizeLimitAttribute SmallForm = new(64 * 1024);

    // One sentence for every reason: whether a user exists, has a password or is locked out is nobody else's business.
    private static readonly string Refused =
        $"That user id and password do not go together. After {Lockout.FreeTries} wrong tries an account waits "
        + $"before it takes another.";
    private const string CodeRefused =
        "That code is not right, or was used before. Wait for the app's next one and type that.";
    private const string TooMany = "Too many tries came from here. Wait a minute, and try again.";
    private const string TicketRefused = "That took too long. Sign in again.";

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                SignInPath,
                (string? token, string? returnUrl, HttpContext context) =>
                    Page(
                        context,
                        new SignInView(
                            string.IsNullOrEmpty(token) ? SignInState.Password : SignInState.Link,
                            ReturnUrl: Local(returnUrl),
                            Token: token
                        )
                    )
            )
            .AllowAnonymous();
        routes.MapPost(SignInPath, WithLinkAsync).AllowAnonymous().WithMetadata(SmallForm);
        routes.MapPost(PasswordPath, WithPasswordAsync).AllowAnonymous().WithMetadata(SmallForm);
        routes.MapPost(CodePath, WithCodeAsync).AllowAnonymous().WithMetadata(SmallForm);
        routes.MapPost(SignOutPath, SignOutAsync).NeedsSignIn();
    }

    private static async Task<SignedIn> WithLinkAsync(
        [FromForm] string token,
        [FromForm] string? returnUrl,
        HttpContext context,
        SignInLimits limits,
        AccessService access,
        SessionStart sessions
    )
    {
        if (limits.Refuses(context, null))
        {
            return Page(context, new SignInView(SignInState.Link, TooMany, ReturnUrl: Local(returnUrl), Token: token));
        }

        if (await access.UseSignInTokenAsync(token, context.RequestAborted) is not { } grant)
        {
            return Page(context, new SignInView(SignInState.LinkRefused));
        }

        await sessions.BeginAsync(context, grant.UserId, grant.UserName, SignInMethod.Link);
        return TypedResults.LocalRedirect(Local(returnUrl) ?? "/");
    }

    private static async Task<SignedIn> WithPasswordAsync(
        [FromForm] string? userId,
        [FromForm] string? password,
        [FromForm] string? returnUrl,
        HttpContext context,
        SignInLimits limits,
        CredentialService credentials,
        KnownBrowserCookie known,
        SignInTicket tickets,
        SessionStart sessions
    )
    {
        if (limits.Refuses(context, userId ?? ""))
        {
            return Page(context, new SignInView(SignInState.Password, TooMany, userId, Local(returnUrl)));
        }

        var check = await credentials.CheckPasswordAsync(
            userId ?? "",
            password ?? "",
            known.Read(context),
            context.RequestAborted
        );
        if (check.User is null)
        {
            return Page(context, new SignInView(SignInState.Password, Refused, userId, Local(returnUrl)));
        }

        if (check.NeedsCode)
        {
            return Page(
                context,
                new SignInView(SignInState.Code, ReturnUrl: Local(returnUrl), Ticket: tickets.For(check.User.Id))
            );
        }

        await sessions.BeginAsync(context, check.User.Id, check.User.UserName!, SignInMethod.Password);
        return TypedResults.LocalRedirect(Local(returnUrl) ?? "/");
    }

    private static async Task<SignedIn> WithCodeAsync(
        [FromForm] string? ticket,
        [FromForm] string? code,
        [FromForm] string? returnUrl,
        HttpContext context,
        SignInLimits limits,
        UserService users,
        CredentialService credentials,
        KnownBrowserCookie known,
        SignInTicket tickets,
        SessionStart sessions
    )
    {
        if (limits.Refuses(context, null))
        {
            return Page(
                context,
                new SignInView(SignInState.Code, TooMany, ReturnUrl: Local(returnUrl), Ticket: ticket)
            );
        }

        if (
            tickets.Open(ticket ?? "") is not { } userKey
            || await users.FindAsync(userKey, context.RequestAborted) is not { } user
        )
        {
            return Page(context, new SignInView(SignInState.Password, TicketRefused, ReturnUrl: Local(returnUrl)));
        }

        if (!await credentials.CheckCodeAsync(userKey, code ?? "", known.Read(context), context.RequestAborted))
        {
            return Page(
                context,
                new SignInView(SignInState.Code, CodeRefused, ReturnUrl: Local(returnUrl), Ticket: ticket)
            );
        }

        await sessions.BeginAsync(context, userKey, user.UserName!, SignInMethod.PasswordAndCode);
        return TypedResults.LocalRedirect(Local(returnUrl) ?? "/");
    }

    private static async Task<NoContent> SignOutAsync(HttpContext context, CurrentUser user, SessionService sessions)
    {
        if (user.SessionKey is { } session)
        {
            await sessions.EndAsync(user.Key, session, context.RequestAborted);
        }

        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.NoContent();
    }

    /// <summary>The address, if it leads to a page of the portal and nowhere else.</summary>
    private static string? Local(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && !address.Any(char.IsControl) ? address : null;

    private static RazorComponentResult<SignInPage> Page(HttpContext context, SignInView view)
    {
        // This also forbids caching the page, and with it the token.
        var tokens = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        if (view.Problem == TooMany)
        {
            context.Response.Headers.RetryAfter = "60";
        }

        return new RazorComponentResult<SignInPage>(
            new
            {
                View = view,
                AntiforgeryField = tokens.FormFieldName,
                AntiforgeryToken = tokens.RequestToken,
            }
        )
        {
            StatusCode = view switch
            {
                { Problem: TooMany } => StatusCodes.Status429TooManyRequests,
                { Problem: not null } or { State: SignInState.LinkRefused } => StatusCodes.Status401Unauthorized,
                _ => StatusCodes.Status200OK,
            },
        };
    }
}
