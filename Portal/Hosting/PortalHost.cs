using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Portal.Core;
using Portal.Features.Audit;
using Portal.Features.Exchange;
using Portal.Features.Health;
using Portal.Features.InputPage;
using Portal.Features.Inputs;
using Portal.Features.Media;
using Portal.Features.Members;
using Portal.Features.SignIn;
using Portal.Features.Videos;
using Portal.Features.Watching;
using Portal.Shared.Access;
using Portal.Shared.Api;
using Portal.Shared.Components;
using Portal.Shared.Layout;
using Portal.Shared.Limits;
using Portal.Shared.Live;

namespace Portal.Hosting;

/// <summary>Puts the web app together; each step stands beside what it is about.</summary>
public static class PortalHost
{
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = PortalFolders.FindContentRoot() }
        );
        // Without this, an unpublished build finds the packages' styles and scripts in the Development environment
        // only.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(
            (context, kestrel) =>
            {
                kestrel.AddServerHeader = false;
                kestrel.UseLimits(
                    context.Configuration.GetSection(LimitOptions.Section).Get<LimitOptions>() ?? new LimitOptions()
                );
            }
        );
        return builder;
    }

    public static IServiceCollection AddPortalWeb(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddPortalOptions<LimitOptions>(configuration, LimitOptions.Section, o => o.Errors());
        services.AddPortalOptions<NetworkOptions>(configuration, NetworkOptions.Section, o => o.Errors());
        services.AddReverseProxy().AddRequestLimits();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddCascadingAuthenticationState();
        services.AddAntiforgery(antiforgery => antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.AddPortalApi();
        services.AddHealth(configuration);
        services.AddSingleton<SiteOwner>();
        services.AddSingleton<Thumbnails>();
        services.AddScoped<Toasts>();
        services.AddScoped<KeyList>();
        services.AddScoped<Reader>();
        services.AddTransient<UploadLimits>();
        services.AddSingleton<InputDetailsReader>();
        // Open pages never end by themselves; what is half done is done again at the next start.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        services.Configure<RequestLocalizationOptions>(UseReadersNumbers);
        return services;
    }

    public static void UsePortal(this WebApplication app)
    {
        app.UseReverseProxy();
        app.UseSecurityHeaders();
        app.UseStaticContent();
        app.UseRequestLocalization();
        app.UseWhen(
            context => !IsForPrograms(context.Request.Path),
            pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true)
        );
        app.UseRouting();
        app.UseAuthentication();
        app.UseActor();
        app.UseRateLimiter();
        app.UseOriginGuard();
        app.UseCrossSiteGuard();
        app.UseAuthorization();
        app.UseAppGate();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapGet("/healthz", () => "ok")
            .AllowAnonymous()
            .Named("GetHealth", "Tell whether the portal runs")
            .WithTags("Health");
        app.MapHealth();
        app.MapSignIn();
        app.MapInvitations();
        app.MapMedia();
        app.MapVideoFiles();
        app.MapExchangeFiles();
        app.MapWatchReport();
        app.MapAuditFiles();
        app.MapPortalApi();
        app.MapRazorComponents<Root>().AddInteractiveServerRenderMode();
        app.CheckDeclarations();
    }

    // Whoever asks for these reads a status code, not a page.
    private static bool IsForPrograms(PathString path) =>
        path.StartsWithSegments("/v2")
        || path.StartsWithSegments("/media")
        || path.StartsWithSegments("/_blazor")
        || path == "/healthz"
        || path == "/metrics";

    // The portal speaks English, with numbers and dates as the reader's browser asks for them.
    private static void UseReadersNumbers(RequestLocalizationOptions options)
    {
        options.DefaultRequestCulture = new RequestCulture("en");
        options.SupportedCultures = CultureInfo.GetCultures(CultureTypes.AllCultures);
        options.SupportedUICultures = [CultureInfo.GetCultureInfo("en")];
        options.RequestCultureProviders = [new AcceptLanguageHeaderRequestCultureProvider()];
    }
}
