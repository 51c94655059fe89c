using Microsoft.AspNetCore.Authentication.Cookies;

namespace Portal.Features.SignIn;

/// <summary>
/// Names the session's cookie <c>__Host-…</c> over HTTPS: browsers then take it from this host alone, over HTTPS alone,
/// so that no sibling host puts one of its own in its place. Over plain HTTP they would not keep a cookie of such a
/// name.
/// </summary>
internal sealed class HostCookies : ICookieManager
{
    private const string Prefix = "__Host-";
    private readonly ChunkingCookieManager _inner = new();

    /// <summary>The name that a cookie has in this request.</summary>
    public static string NameIn(HttpContext context, string key) => context.Request.IsHttps ? Prefix + key : key;

    public string? GetRequestCookie(HttpContext context, string key) =>
        _inner.GetRequestCookie(context, NameIn(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        _inner.AppendResponseCookie(context, NameIn(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
        _inner.DeleteCookie(context, NameIn(context, key), options);
}
