using Microsoft.AspNetCore.WebUtilities;
using Portal.Core.Annotations;
using Portal.Core.Concepts;
using Portal.Core.Errors;
using Portal.Core.Inputs;

namespace Portal.Features.Inputs;

/// <summary>
/// What the wall shows and how: the query string of its address, so that a copied address shows the same set.
/// <c>?concept=runner&amp;concept=walker&amp;status=pending&amp;q=park&amp;order=oldest&amp;size=l</c>
/// </summary>
public sealed record ExplorerQuery
{
    public static readonly ExplorerQuery Everything = new();

    /// <summary>Ids of concepts; an input with any of them is shown.</summary>
    public IReadOnlyList<string> Concepts { get; init; } = [];

    /// <summary>Several of success, pending and rejected, or one of the others alone.</summary>
    public IReadOnlyList<StatusFacet> Statuses { get; init; } = [];

    public string Text { get; init; } = "";
    public bool OldestFirst { get; init; }
    public TileSize Size { get; init; } = TileSize.M;

    public bool IsFiltered => Concepts.Count > 0 || Statuses.Count > 0 || Text.Length > 0;

    /// <param name="uri">An absolute address; what it does not say, or says in unknown words, stays at its default.</param>
    public static ExplorerQuery Parse(string uri)
    {
        var values = QueryHelpers.ParseQuery(new Uri(uri).Query);
        return new ExplorerQuery
        {
            Concepts = [.. values.GetValueOrDefault("concept").OfType<string>().Where(id => id.Length > 0).Distinct(StringComparer.Ordinal)],
            Statuses = [.. values.GetValueOrDefault("status").Select(ToEnum<StatusFacet>).OfType<StatusFacet>().Distinct()],
            Text = (values.GetValueOrDefault("q").FirstOrDefault() ?? "").Trim(),
            OldestFirst = values.GetValueOrDefault("order").FirstOrDefault() == "oldest",
            Size = ToEnum<TileSize>(values.GetValueOrDefault("size").FirstOrDefault()) ?? TileSize.M,
        };
    }

    /// <summary>The query string with its question mark, or nothing where all is at its default.</summary>
    public override string ToString()
    {
        var pairs = new List<KeyValuePair<string, string?>>();
        pairs.AddRange(Concepts.Select(id => KeyValuePair.Create("concept", (string?)id)));
        pairs.AddRange(Statuses.Select(status => KeyValuePair.Create("status", (string?)Word(status))));
        if (Text.Length > 0) pairs.Add(KeyValuePair.Create("q", (string?)Text));
        if (OldestFirst) pairs.Add(KeyValuePair.Create("order", (string?)"oldest"));
        if (Size != TileSize.M) pairs.Add(KeyValuePair.Create("size", (string?)Word(Size)));
        return QueryHelpers.AddQueryString("", pairs);
    }

    /// <param name="concepts">The app's concepts. An id among <see cref="Concepts"/> that is not one of them matches no input.</param>
    public InputFilter ToFilter(IReadOnlyList<Concept> concepts) => new()
    {
        ConceptIds = [.. Concepts.Select(id => concepts.FirstOrDefault(c => c.ExternalId == id)?.Id ?? 0)],
        Statuses = [.. Statuses.SelectMany(CodesOf)],
        Unlabelled = Statuses.Contains(StatusFacet.Unlabelled),
        Failed = Statuses.Contains(StatusFacet.Failed),
        Text = Text,
        OldestFirst = OldestFirst,
    };

    public ExplorerQuery ToggleConcept(string id) =>
        this with { Concepts = Concepts.Contains(id) ? [.. Concepts.Where(c => c != id)] : [.. Concepts, id] };

    /// <summary>Adds or removes a status. "Unlabelled" and "failed" say something of the whole input, so they stand alone.</summary>
    public ExplorerQuery ToggleStatus(StatusFacet status)
    {
        if (Statuses.Contains(status)) return this with { Statuses = [.. Statuses.Where(s => s != status)] };
        return this with { Statuses = IsOfTag(status) ? [.. Statuses.Where(IsOfTag), status] : [status] };
    }

    public ExplorerQuery WithoutFilters() => new() { OldestFirst = OldestFirst, Size = Size };

    // The tile size changes how inputs are drawn, never which.
    public bool ShowsSameInputs(ExplorerQuery other) => ToString(this) == ToString(other);

    private static string ToString(ExplorerQuery query) => (query with { Size = TileSize.M }).ToString();

    private static bool IsOfTag(StatusFacet status) => status is StatusFacet.Success or StatusFacet.Pending or StatusFacet.Rejected;

    private static IReadOnlyList<StatusCode> CodesOf(StatusFacet status) => status switch
    {
        StatusFacet.Success => [StatusCode.AnnotationSuccess],
        StatusFacet.Pending => AnnotationStatuses.Waiting,
        StatusFacet.Rejected => [StatusCode.AnnotationReviewDenied],
        _ => [],
    };

    private static T? ToEnum<T>(string? word) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Word(value) == word) return value;
        }
        return null;
    }

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
