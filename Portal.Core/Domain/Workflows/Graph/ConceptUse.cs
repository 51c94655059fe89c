namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>What a model of a type says of concepts.</summary>
public enum ConceptUse
{
    /// <summary>Nothing: it takes whatever comes.</summary>
    None,

    /// <summary>It lists them.</summary>
    Listed,

    /// <summary>It lists at least one, each with a threshold from 0 to 1.</summary>
    WithThreshold,

    /// <summary>It lists at least one, each with the concept it stands for.</summary>
    WithTarget,
}
