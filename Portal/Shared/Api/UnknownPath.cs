using Microsoft.AspNetCore.Routing.Template;
using Portal.Core.Domain.Errors;

namespace Portal.Shared.Api;

/// <summary>Answers what no endpoint of the API does: an unknown path, or a known one with another method.</summary>
internal static class UnknownPath
{
    public static Task Answer(HttpContext context, EndpointDataSource endpoints)
    {
        var path = context.Request.Path;
        var methods = endpoints
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => Matches(e, path))
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        if (methods.Count == 0)
        {
            throw new PortalException(
                StatusCode.DoesNotExist,
                $"There is nothing at '{Text.Shown(path)}'. The paths are listed in /openapi/v2.json.",
                path
            );
        }

        context.Response.Headers.Allow = string.Join(", ", methods);
        throw new PortalException(
            StatusCode.MethodNotAllowed,
            $"'{Text.Shown(path)}' takes {string.Join(", ", methods)}, not {Text.Shown(context.Request.Method)}.",
            path
        );
    }

    private static bool Matches(RouteEndpoint endpoint, PathString path) =>
        endpoint.RoutePattern.RawText is { } text
        && text.StartsWith("/v2", StringComparison.Ordinal)
        && endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null
        && new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, []);
}
