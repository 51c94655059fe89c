namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>How a <see cref="NodeSummary"/>'s badge is meant.</summary>
public enum SummaryTone
{
    Plain,

    /// <summary>Its tags are settled.</summary>
    Settled,

    /// <summary>Its tags wait for a person.</summary>
    Waiting,
}
