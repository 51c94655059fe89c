namespace Portal.Core.Domain.Workflows.Routes;

/// <summary>What becomes of a score.</summary>
public enum RouteEnd
{
    /// <summary>No writer gets it.</summary>
    Nothing,

    /// <summary>It is written for a person to review (PENDING or AWAITING_…).</summary>
    Pending,

    /// <summary>It is written as settled.</summary>
    Success,
}
