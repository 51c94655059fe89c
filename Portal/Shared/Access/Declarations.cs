using Microsoft.AspNetCore.Authorization;
using Portal.Core.Domain.Users;

namespace Portal.Shared.Access;

/// <summary>
/// What endpoints declare about who may ask them. <see cref="AppGate"/> enforces it; one that declares nothing keeps
/// the portal from starting.
/// </summary>
public static class Declarations
{
    /// <summary>Only members of the app whose role, and whose key, has the permission.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Permission permission)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NeedsAttribute(permission));

    /// <summary>Whoever is signed in.</summary>
    public static TBuilder NeedsSignIn<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new SignedInAttribute());

    /// <summary>The user the portal belongs to.</summary>
    public static TBuilder NeedsSiteOwner<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new SiteOwnerAttribute());

    /// <exception cref="InvalidOperationException">Endpoints or pages declare nothing; the message names
    /// them.</exception>
    public static void CheckDeclarations(this IEndpointRouteBuilder routes)
    {
        var silent = routes
            .DataSources.SelectMany(source => source.Endpoints)
            .Where(endpoint => !IsDeclared(endpoint))
            .Select(endpoint => endpoint.DisplayName)
            .ToList();
        if (silent.Count > 0)
        {
            throw new InvalidOperationException(
                $"Nothing says who may use: {string.Join("; ", silent)}. Declare it with Needs(…), NeedsSignIn(), "
                    + $"NeedsSiteOwner() or AllowAnonymous(), on a page with [Needs(…)], [SignedIn] or [SiteOwner]."
            );
        }
    }

    private static bool IsDeclared(Endpoint endpoint) =>
        endpoint.Metadata.Any(item =>
            item is NeedsAttribute or SignedInAttribute or SiteOwnerAttribute or IAllowAnonymous
        ) || IsOfFramework(endpoint);

    /// <summary>
    /// The circuit, its script, and in development files that were added since the build. They ask for signing in, as
    /// all does that says nothing.
    /// </summary>
    public static bool IsOfFramework(Endpoint endpoint) =>
        endpoint is RouteEndpoint { RoutePattern.RawText: { } path }
        && (
            path == "{**path:file}"
            || path.TrimStart('/').StartsWith("_blazor", StringComparison.Ordinal)
            || path.TrimStart('/').StartsWith("_framework/", StringComparison.Ordinal)
        );
}
