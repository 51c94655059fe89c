namespace Portal.Features.Explorer;

/// <summary>
/// What a person can ask of an input's tags, or of the input, as the address spells it in lower case.
/// </summary>
public enum StatusFacet
{
    Success,
    Pending,
    Rejected,

    /// <summary>Somebody said the concept is not there.</summary>
    Absent,

    /// <summary>A settled tag that a random sample sent to a person.</summary>
    Audit,
    Labelled,
    Unlabelled,
    Failed,
}
