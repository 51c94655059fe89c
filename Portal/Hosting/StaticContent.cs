using Microsoft.Extensions.FileProviders;

namespace Portal.Hosting;

/// <summary>
/// Files that everybody may read: styles, scripts, fonts. They are served before anybody is asked who they are.
/// </summary>
public static class StaticContent
{
    private const string AskEachTime = "no-cache";
    private const string KeepForAWeek = "public, max-age=604800";

    public static void UseStaticContent(this WebApplication app)
    {
        // An edited style must show at once; the entity tag makes asking cheap.
        app.UseStaticFiles(
            new StaticFileOptions
            {
                OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = AskEachTime,
            }
        );
        app.UseAsset("/fonts", "fonts", KeepForAWeek);
        app.UseAsset("/editor", "editor", AskEachTime);
        app.UseAsset("/_framework", "_framework", AskEachTime);
    }

    private static void UseAsset(this WebApplication app, string path, string folder, string cacheControl)
    {
        var root = Path.Combine(PortalFolders.Assets, folder);
        // A build with the official script has no _framework folder of its own.
        if (!Directory.Exists(root))
        {
            return;
        }

        app.UseStaticFiles(
            new StaticFileOptions
            {
                RequestPath = path,
                FileProvider = new PhysicalFileProvider(root),
                OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = cacheControl,
            }
        );
    }
}
