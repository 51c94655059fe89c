using System.Text.Json.Nodes;

namespace Portal.Core.Domain.Exchange;

/// <summary>What a file says of one picture.</summary>
public sealed record ImportedInput
{
    /// <summary>Where it says so, for the report: <c>line 12</c>, <c>image 3</c> or a path.</summary>
    public required string Where { get; init; }

    /// <summary>The portal's own id of the input, where the file knows it.</summary>
    public string? Id { get; init; }

    /// <summary>The picture's name, path or address, as the file gives it.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The picture's path among the imported files; null where it is not there.</summary>
    public string? Picture { get; init; }

    /// <summary>The reference is an address to fetch; its last part is no name to find an input by.</summary>
    public bool IsAddress { get; init; }

    public JsonObject? Metadata { get; init; }

    public IReadOnlyList<ImportedTag> Tags { get; init; } = [];

    /// <summary>All that the portal's own format says of it.</summary>
    public ExchangeInput? Own { get; init; }

    /// <summary>Why it cannot be taken, or null.</summary>
    public string? Problem { get; init; }

    public static ImportedInput Refused(string where, string problem) => new() { Where = where, Problem = problem };
}
