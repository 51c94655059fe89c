using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Shared.Api;
using Portal.Shared.Identity;

namespace Portal.Features.SignIn;

public static class SignInServices
{
    private const string CookieOrKey = "CookieOrKey";

    /// <summary>
    /// Cookies for people, keys for programs, and nothing without either unless an endpoint says so itself.
    /// </summary>
    public static IServiceCollection AddPortalSignIn(this IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddOptions<OwnerOptions>()
            .Bind(configuration.GetSection(OwnerOptions.Section))
            .Validate(
                o => o.UserId.Length > 0,
                $"{OwnerOptions.Section}:{nameof(OwnerOptions.UserId)} is empty; name the owner."
            )
            .ValidateOnStart();
        services.AddHostedService<OwnerStart>();
        services
            .AddAuthentication(CookieOrKey)
            .AddPolicyScheme(CookieOrKey, null, scheme => scheme.ForwardDefaultSelector = Choose)
            .AddCookie(SetUpCookie)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        services
            .AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddSingleton<SessionStart>().AddSingleton<SignInTicket>().AddSingleton<KnownBrowserCookie>();
        services.AddScoped<AuthenticationStateProvider, CircuitSession>();
        services.AddScoped<CircuitHandler, CircuitActor>();
        KeepCookiesValidOverRestarts(services);
        return services;
    }

    /// <summary>What a request changes is changed by who sent it.</summary>
    public static void UseActor(this IApplicationBuilder app) =>
        app.Use(
            async (context, next) =>
            {
                var address = ClientAddress.Of(context);
                if (context.User.Identity is { IsAuthenticated: true })
                {
                    CurrentUser.Of(context.User).Act(address);
                }
                else
                {
                    Actor.Enter(new Actor(null, Address: address));
                }

                await next(context);
            }
        );

    private static string Choose(HttpContext context)
    {
        var isApi = context.Request.Path.StartsWithSegments("/v2") || context.Request.Path == "/metrics";
        var takesKeys = isApi || context.Request.Path.StartsWithSegments("/media");
        var hasCookie = context.Request.Cookies.ContainsKey(HostCookies.NameIn(context, SignInApi.CookieName));
        return takesKeys && (ApiKeyHandler.Carries(context.Request) || (isApi && !hasCookie))
            ? ApiKeyHandler.SchemeName
            : CookieAuthenticationDefaults.AuthenticationScheme;
    }

    private static void SetUpCookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = SignInApi.CookieName;
        options.CookieManager = new HostCookies();
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = Session.IdleLifetime;
        options.SlidingExpiration = true;
        options.LoginPath = SignInApi.SignInPath;
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnValidatePrincipal = RefuseEndedSessionAsync;
        options.Events.OnRedirectToLogin = AskToSignInAsync;
    }

    private static async Task RefuseEndedSessionAsync(CookieValidatePrincipalContext context)
    {
        var user = CurrentUser.Of(context.Principal!);
        var sessions = context.HttpContext.RequestServices.GetRequiredService<SessionService>();
        if (
            user.SessionKey is { } session
            && await sessions.FindLiveAsync(user.Key, session, isUse: true, context.HttpContext.RequestAborted)
                is not null
        )
        {
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    /// <summary>A person gets the sign-in page; a program gets a status it can read.</summary>
    private static Task AskToSignInAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments("/v2"))
        {
            return ApiErrors.AnswerAsync(
                context.HttpContext,
                new PortalException(
                    StatusCode.NotSignedIn,
                    "The session has ended. Sign in again, or send an API key in the header 'Authorization: Key …'."
                )
            );
        }

        if (path.StartsWithSegments("/media") || path.StartsWithSegments("/_blazor"))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        // What answers a failure is no page to come back to.
        else
        {
            context.Response.Redirect(
                context.HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is null
                    ? context.RedirectUri
                    : SignInApi.SignInPath
            );
        }

        return Task.CompletedTask;
    }

    private static void KeepCookiesValidOverRestarts(IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("AutoAnnotatePortal");
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<IOptions<StorageOptions>, ILoggerFactory>(
                (keys, storage, loggers) =>
                    keys.XmlRepository = new FileSystemXmlRepository(ForOwnerAlone(storage.Value.KeyRoot), loggers)
            );
    }

    /// <summary>Who reads these keys can make cookies for anybody.</summary>
    private static DirectoryInfo ForOwnerAlone(string path)
    {
        var folder = Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
        {
            folder.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        }

        return folder;
    }
}
