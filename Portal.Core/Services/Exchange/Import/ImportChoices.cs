namespace Portal.Core.Services.Exchange.Import;

/// <summary>What a person decided about an import before it starts.</summary>
/// <param name="Format">Id of the format to read the files as.</param>
/// <param name="Labels">The id of the concept a label means; empty leaves the label out. A label that is not here is
/// matched by id and name, or makes a concept.</param>
public sealed record ImportChoices(string Format, IReadOnlyDictionary<string, string> Labels)
{
    public static ImportChoices Of(ImportFormat format) => new(format.Id, new Dictionary<string, string>());
}
