namespace Portal.Core.Domain.Workflows.Routes;

public enum RouteFindingKind
{
    /// <summary>Scores between two that are written are not written themselves.</summary>
    Gap,

    /// <summary>Several writers get the same scores; one of them has its way.</summary>
    Overlap,
}
