namespace Portal.Shared.Api;

/// <summary>What every file that is handed out with somebody's data in it is sent with.</summary>
internal static class Downloads
{
    /// <summary>
    /// Nobody keeps the file on the way, and nothing in it may run in the portal's name, even opened on its own.
    /// </summary>
    public static void AsDownload(this HttpResponse response)
    {
        response.Headers.CacheControl = "private, no-store";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
    }
}
