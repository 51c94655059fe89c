namespace Portal.Hosting;

/// <summary>What browsers are told to refuse on every answer of the portal.</summary>
public static class SecurityHeaders
{
    // Components set style attributes, hence the one 'unsafe-inline'. No script is made from text, and none is inline
    // but that of the page about the API, by a nonce.
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "media-src 'self'; font-src 'self'; connect-src 'self'; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>For the one page whose script is inline: the policy, with a word that only this answer knows.</summary>
    public static string PolicyWithScript(string nonce) =>
        ContentSecurityPolicy.Replace(
            "script-src 'self'",
            $"script-src 'self' 'nonce-{nonce}'",
            StringComparison.Ordinal
        );

    public static void UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                var headers = context.Response.Headers;
                headers.ContentSecurityPolicy = ContentSecurityPolicy;
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "same-origin";
                headers["Cross-Origin-Resource-Policy"] = "same-origin";
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
                return next(context);
            }
        );
}
