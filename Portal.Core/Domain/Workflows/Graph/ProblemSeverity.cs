namespace Portal.Core.Domain.Workflows.Graph;

public enum ProblemSeverity
{
    /// <summary>The workflow can be saved and does what it says, which may not be what was meant.</summary>
    Warning,

    /// <summary>The workflow cannot be saved.</summary>
    Error,
}
