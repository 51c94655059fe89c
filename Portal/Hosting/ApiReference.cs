using System.Security.Cryptography;
using Portal.Features.SignIn;
using Portal.Shared.Access;
using Scalar.AspNetCore;

namespace Portal.Hosting;

/// <summary>
/// <c>/api-docs</c>: the API's description to read and to try, shown by Scalar. All it loads comes from the portal.
/// </summary>
internal static class ApiReference
{
    public const string Path = "/api-docs";

    public static void MapApiReference(this IEndpointRouteBuilder routes) =>
        routes.MapScalarApiReference(Path, SetUp).NeedsSignIn();

    private static void SetUp(ScalarOptions options, HttpContext context)
    {
        var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.PolicyWithScript(nonce);
        options.WithNonce(nonce);
        options.Title = "API of the AutoAnnotate Portal";
        options.AddDocument(ApiDocument.Name);
        options.OperationTitleSource = OperationTitleSource.Summary;
        options.DefaultHttpClient = new(ScalarTarget.Shell, ScalarClient.Curl);
        options.AddPreferredSecuritySchemes(ApiDocument.KeyScheme);
        options.AddApiKeyAuthentication(ApiDocument.ChangeScheme, key => key.Value = CrossSiteGuard.Value);
        // Whatever would ask another host.
        options.DefaultFonts = false;
        options.Telemetry = false;
        options.ProxyUrl = null;
        options.HideClientButton = true;
        options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
        options.DisableAgent();
        options.DisableMcp();
    }
}
