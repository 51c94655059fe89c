using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Portal.Core.Users;
using Portal.Shared.Access;

namespace Portal.Features.SignIn;

/// <summary>The way in and out. Opening a link changes nothing; only the form on its page spends the token, so a preview or a scanner cannot.</summary>
internal static class SignInApi
{
    public const string SignInPath = "/sign-in";
    public const string SignOutPath = "/sign-out";
    public const string CookieName = "portal";

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(SignInPath, (string? token, HttpContext context, IAntiforgery antiforgery) =>
            Page(context, antiforgery, string.IsNullOrEmpty(token) ? SignInState.NoLink : SignInState.Ready, token)).AllowAnonymous();
        routes.MapPost(SignInPath, SignInAsync).AllowAnonymous();
        routes.MapPost(SignOutPath, async (HttpContext context) =>
        {
            await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            return TypedResults.NoContent();
        }).NeedsSignIn();
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult<SignInPage>>> SignInAsync(
        [FromForm] string token, HttpContext context, IAntiforgery antiforgery, AccessService access)
    {
        if (await access.UseSignInTokenAsync(token, context.RequestAborted) is not { } grant)
            return Page(context, antiforgery, SignInState.LinkRefused, null);
        var user = new CurrentUser(grant.UserId, grant.UserName);
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme,
            user.ToPrincipal(CookieAuthenticationDefaults.AuthenticationScheme), new AuthenticationProperties { IsPersistent = true });
        return TypedResults.Redirect("/");
    }

    private static RazorComponentResult<SignInPage> Page(HttpContext context, IAntiforgery antiforgery, SignInState state, string? token)
    {
        // This also forbids caching the page, and with it the token.
        var tokens = antiforgery.GetAndStoreTokens(context);
        return new RazorComponentResult<SignInPage>(new
        {
            State = state,
            Token = token,
            AntiforgeryField = tokens.FormFieldName,
            AntiforgeryToken = tokens.RequestToken,
        })
        { StatusCode = state == SignInState.LinkRefused ? StatusCodes.Status401Unauthorized : StatusCodes.Status200OK };
    }
}
