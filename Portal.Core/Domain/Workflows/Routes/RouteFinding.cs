namespace Portal.Core.Domain.Workflows.Routes;

/// <summary>Something about a route that may not be what was meant, in words.</summary>
public sealed record RouteFinding(RouteFindingKind Kind, RouteSegment Segment, string Message);
