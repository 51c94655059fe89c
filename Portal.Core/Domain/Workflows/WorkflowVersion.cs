namespace Portal.Core.Domain.Workflows;

/// <summary>A saved graph. It never changes.</summary>
public sealed class WorkflowVersion
{
    public long Id { get; set; }
    public long WorkflowId { get; set; }
    public required string ExternalId { get; set; }

    /// <summary>1, 2, 3 … within the workflow.</summary>
    public int Number { get; set; }

    public List<WorkflowNode> Nodes { get; set; } = [];

    /// <summary>
    /// What its thresholds guarantee: by concept key the part of what it accepts that may be wrong, as JSON. Null when
    /// they guarantee nothing. The next version keeps it if it keeps every model version, as one that adds an audit
    /// does.
    /// </summary>
    public string? Guarantees { get; set; }

    public long CreatedById { get; set; }
    public DateTime CreatedAt { get; set; }
}

/// <summary>One node of a saved graph: a pinned model version and the nodes it takes its input from.</summary>
public sealed class WorkflowNode
{
    public long Id { get; set; }
    public long WorkflowVersionId { get; set; }

    /// <summary>Place in the order the user gave, from 0.</summary>
    public int Position { get; set; }

    public required string NodeId { get; set; }
    public long ModelVersionId { get; set; }
    public List<string> InputIds { get; set; } = [];
}
