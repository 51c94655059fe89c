namespace Portal.Core.Domain.Exchange;

/// <summary>What became of one picture of an import.</summary>
public enum ImportResult
{
    /// <summary>It is a new input.</summary>
    Added,

    /// <summary>Its input was there and got tags.</summary>
    Tagged,

    /// <summary>All of it was there.</summary>
    Unchanged,

    /// <summary>Nothing of it was taken; the detail says why.</summary>
    Refused,
}

/// <summary>One line of an import's report.</summary>
/// <param name="Where">Where the file says it.</param>
/// <param name="Reference">What the file calls the picture.</param>
/// <param name="InputId">The input it is now, if it is one.</param>
/// <param name="Tags">Tags that were written.</param>
/// <param name="Detail">What was left out and why; empty where nothing was.</param>
public sealed record ImportRow(
    string Where,
    string Reference,
    string? InputId,
    ImportResult Result,
    int Tags,
    string Detail
);
