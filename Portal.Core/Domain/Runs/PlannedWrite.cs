using Portal.Core.Domain.Workflows.Graph;

namespace Portal.Core.Domain.Runs;

public enum WriteOutcome
{
    Written,

    /// <summary>The same annotation is there already.</summary>
    Unchanged,

    /// <summary>A person decided about this concept on this input.</summary>
    KeptPerson,

    /// <summary>A newer version of the workflow has run on this input.</summary>
    KeptNewer,

    /// <summary>The concept was deleted since the workflow was saved.</summary>
    ConceptGone,

    /// <summary>The user it would be written as is gone.</summary>
    UserGone,
}

/// <summary>What becomes, or would become, of one write of a run.</summary>
public sealed record PlannedWrite(IntendedWrite Write, WriteOutcome Outcome)
{
    /// <summary>The outcome in words, for the trace.</summary>
    public string Reason =>
        Outcome switch
        {
            WriteOutcome.Written => "written",
            WriteOutcome.Unchanged => "already there",
            WriteOutcome.KeptPerson => "kept: a person decided",
            WriteOutcome.KeptNewer => "kept: a newer version of the workflow has run here",
            WriteOutcome.ConceptGone => "not written: the concept was deleted",
            WriteOutcome.UserGone => $"not written: there is no user '{Write.UserId}' any more",
            _ => throw new InvalidOperationException($"Unknown outcome {Outcome}."),
        };
}
