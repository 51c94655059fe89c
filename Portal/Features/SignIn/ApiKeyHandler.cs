using System.Net.Mime;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Portal.Core.Domain.Errors;
using Portal.Core.Services.Users;
using Portal.Shared.Identity;

namespace Portal.Features.SignIn;

/// <summary>
/// Signs a request in by <c>Authorization: Key …</c>, and answers 401 in the REST API's envelope where that fails.
/// </summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AccessService access
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    private const string Prefix = "Key ";

    public static bool Carries(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Carries(Request))
        {
            return AuthenticateResult.NoResult();
        }

        var key = Request.Headers.Authorization.ToString()[Prefix.Length..].Trim();
        var grant = await access.OpenAsync(key, Context.RequestAborted);
        if (grant is null)
        {
            return AuthenticateResult.Fail("The API key is unknown, revoked or expired.");
        }

        var user = new CurrentUser(grant.UserId, grant.UserName, grant.AppId, grant.Scope) { ApiKeyKey = grant.KeyId };
        return AuthenticateResult.Success(new AuthenticationTicket(user.ToPrincipal(SchemeName), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var (code, text) = Carries(Request)
            ? (StatusCode.InvalidKey, "The API key is unknown, revoked or expired. Make a new one in the settings.")
            : (
                StatusCode.NotSignedIn,
                "This needs an API key in the header 'Authorization: Key …'. Make one in the settings."
            );
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Key";
        return Response.WriteAsJsonAsync(
            new
            {
                status = new
                {
                    code = (int)code,
                    description = text,
                    req_id = Context.TraceIdentifier,
                },
            },
            options: null,
            MediaTypeNames.Application.Json,
            Context.RequestAborted
        );
    }
}
