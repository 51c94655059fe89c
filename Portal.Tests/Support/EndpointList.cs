using Microsoft.AspNetCore.Routing;
using Portal.Shared.Access;

namespace Portal.Tests.Support;

/// <param name="Name">Method and path, as in <c>GET /v2/users/{user_id}/apps</c>.</param>
public sealed record NamedEndpoint(string Name, RouteEndpoint Endpoint)
{
    public string Method => Name[..Name.IndexOf(' ', StringComparison.Ordinal)];

    public string Path => Name[(Name.IndexOf(' ', StringComparison.Ordinal) + 1)..];
}

/// <summary>All the portal answers to, but for its own files and the circuit.</summary>
public static class EndpointList
{
    public static IEnumerable<NamedEndpoint> Of(EndpointDataSource source) =>
        from endpoint in source.Endpoints.OfType<RouteEndpoint>()
        where
            endpoint.Metadata.All(item => item.GetType().Name != "StaticAssetDescriptor")
            && !Declarations.IsOfFramework(endpoint)
        let path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
        let isPage = endpoint.Metadata.Any(item => item.GetType().Name == "ComponentTypeMetadata")
        from method in isPage ? ["GET"] : endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"]
        select new NamedEndpoint($"{method} {(path == "/" ? path : path.TrimEnd('/'))}", endpoint);
}
