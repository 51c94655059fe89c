using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using Portal.Core.Storage;

namespace Portal.Features.SignIn;

public static class SignInServices
{
    private const string CookieOrKey = "CookieOrKey";

    /// <summary>Cookies for people, keys for programs, and nothing without either unless an endpoint says so itself.</summary>
    public static IServiceCollection AddPortalSignIn(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OwnerOptions>().Bind(configuration.GetSection(OwnerOptions.Section))
            .Validate(o => o.UserId.Length > 0, $"{OwnerOptions.Section}:{nameof(OwnerOptions.UserId)} is empty; name the owner.")
            .ValidateOnStart();
        services.AddHostedService<OwnerStart>();
        services.AddAuthentication(CookieOrKey)
            .AddPolicyScheme(CookieOrKey, null, scheme => scheme.ForwardDefaultSelector = Choose)
            .AddCookie(SetUpCookie)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        KeepCookiesValidOverRestarts(services);
        return services;
    }

    private static string Choose(HttpContext context)
    {
        var isApi = context.Request.Path.StartsWithSegments("/v2");
        var takesKeys = isApi || context.Request.Path.StartsWithSegments("/media");
        var hasCookie = context.Request.Cookies.ContainsKey(SignInApi.CookieName);
        return takesKeys && (ApiKeyHandler.Carries(context.Request) || (isApi && !hasCookie))
            ? ApiKeyHandler.SchemeName
            : CookieAuthenticationDefaults.AuthenticationScheme;
    }

    private static void SetUpCookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = SignInApi.CookieName;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromDays(30);
        options.SlidingExpiration = true;
        options.LoginPath = SignInApi.SignInPath;
        options.Events.OnRedirectToLogin = context =>
        {
            var isPage = !context.Request.Path.StartsWithSegments("/v2") && !context.Request.Path.StartsWithSegments("/media")
                && !context.Request.Path.StartsWithSegments("/_blazor");
            if (isPage) context.Response.Redirect(context.RedirectUri);
            else context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        };
    }

    private static void KeepCookiesValidOverRestarts(IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("AutoAnnotatePortal");
        services.AddOptions<KeyManagementOptions>().Configure<IOptions<StorageOptions>, ILoggerFactory>((keys, storage, loggers) =>
            keys.XmlRepository = new FileSystemXmlRepository(Directory.CreateDirectory(storage.Value.KeyRoot), loggers));
    }
}
