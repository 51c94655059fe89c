namespace Portal.Features.Inputs;

/// <summary>What a person can ask of an input's tags, as the address spells it in lower case.</summary>
public enum StatusFacet
{
    Success,
    Pending,
    Rejected,
    Unlabelled,
    Failed,
}
