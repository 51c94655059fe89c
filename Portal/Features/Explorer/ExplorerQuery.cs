using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;
using Portal.Core.Services.Explorer;

namespace Portal.Features.Explorer;

/// <summary>
/// What the wall shows and how: the query string of its address, so that a copied address shows the same set.
/// <c>?concept=runner&amp;concept=walker&amp;match=all&amp;status=pending&amp;q=park&amp;order=oldest&amp;size=l</c>
/// </summary>
public sealed record ExplorerQuery
{
    public static readonly ExplorerQuery Everything = new();

    /// <summary>Inputs that others can be like.</summary>
    public const int MostLike = 20;

    private const string PeopleWord = "people";
    private const string ImportWord = "import";
    private const string WorkflowWord = "workflow:";

    /// <summary>Ids of concepts that are present; how they go together is <see cref="Match"/>.</summary>
    public IReadOnlyList<string> Concepts { get; init; } = [];

    public ConceptMatch Match { get; init; }

    /// <summary>Ids of concepts that must not be present.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>Several of success, pending and rejected, or one of the others alone.</summary>
    public IReadOnlyList<StatusFacet> Statuses { get; init; } = [];

    /// <summary><c>people</c>, <c>import</c> or <c>workflow:ID</c>.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>User ids.</summary>
    public IReadOnlyList<string> WrittenAs { get; init; } = [];

    /// <summary>User ids.</summary>
    public IReadOnlyList<string> Reviewers { get; init; } = [];

    public double? MinScore { get; init; }
    public double? MaxScore { get; init; }

    /// <summary>First day of upload, UTC.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Last day of upload, UTC.</summary>
    public DateOnly? To { get; init; }

    public string FileName { get; init; } = "";

    /// <summary><c>key:value</c>, or <c>key</c> for any value.</summary>
    public IReadOnlyList<string> Metadata { get; init; } = [];

    /// <summary>Id of the video whose frames they are.</summary>
    public string Video { get; init; } = "";

    public string Text { get; init; } = "";

    /// <summary>Ids of inputs; what is like them is shown.</summary>
    public IReadOnlyList<string> Like { get; init; } = [];

    public InputOrder Order { get; init; }

    /// <summary>The day the wall begins at; the newest one where null.</summary>
    public DateOnly? At { get; init; }

    public TileSize Size { get; init; } = TileSize.M;

    public bool IsFiltered => !ShowsSameInputs(new ExplorerQuery { Order = Order, At = At });

    /// <summary>Whether the wall is in another order than that of time.</summary>
    public bool IsByScore => Like.Count > 0 || Order is InputOrder.HighestScore or InputOrder.LowestScore;

    /// <summary>
    /// What the query string of an Explorer's address finds, and the words for it; null and null for all inputs.
    /// </summary>
    public static async Task<(InputFilter? Filter, string? Text)> FilterAsync(
        string? text,
        InputQueries queries,
        long appId,
        CancellationToken ct
    )
    {
        var query = Parse("http://localhost/?" + text?.TrimStart('?')).Kept();
        return query.IsFiltered
            ? (query.ToFilter(await queries.NamesAsync(appId, ct)), query.ToString())
            : (null, null);
    }

    /// <param name="uri">An absolute address; what it does not say, or says in unknown words, stays at its
    /// default.</param>
    public static ExplorerQuery Parse(string uri)
    {
        var values = QueryHelpers.ParseQuery(new Uri(uri).Query);
        return new ExplorerQuery
        {
            Concepts = All("concept"),
            Match = ToEnum<ConceptMatch>(First("match")) ?? ConceptMatch.Any,
            Without = All("without"),
            Statuses = [.. All("status").Select(ToEnum<StatusFacet>).OfType<StatusFacet>()],
            Origins =
            [
                .. All("origin")
                    .Where(o => o is PeopleWord or ImportWord || o.StartsWith(WorkflowWord, StringComparison.Ordinal)),
            ],
            WrittenAs = All("by"),
            Reviewers = All("reviewer"),
            MinScore = Score("min"),
            MaxScore = Score("max"),
            From = Day("from"),
            To = Day("to"),
            FileName = First("name"),
            Metadata = All("meta"),
            Video = First("video"),
            Text = First("q"),
            Like = [.. All("like").Take(MostLike)],
            Order = ToEnum<InputOrder>(First("order")) ?? InputOrder.Newest,
            At = Day("at"),
            Size = ToEnum<TileSize>(First("size")) ?? TileSize.M,
        };

        string First(string name) => (values.GetValueOrDefault(name).FirstOrDefault() ?? "").Trim();
        IReadOnlyList<string> All(string name) =>
            [
                .. values
                    .GetValueOrDefault(name)
                    .OfType<string>()
                    .Select(v => v.Trim())
                    .Where(v => v.Length > 0)
                    .Distinct(StringComparer.Ordinal),
            ];
        double? Score(string name) =>
            double.TryParse(First(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var score)
            && score is >= 0 and <= 1
                ? score
                : null;
        DateOnly? Day(string name) =>
            DateOnly.TryParseExact(
                First(name),
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
                ? day
                : null;
    }

    /// <summary>The query string with its question mark, or nothing where all is at its default.</summary>
    public override string ToString()
    {
        var pairs = new List<KeyValuePair<string, string?>>();
        AddAll("concept", Concepts);
        if (Match != ConceptMatch.Any)
        {
            Add("match", Word(Match));
        }

        AddAll("without", Without);
        AddAll("status", Statuses.Select(Word));
        AddAll("origin", Origins);
        AddAll("by", WrittenAs);
        AddAll("reviewer", Reviewers);
        Add("min", MinScore?.ToString(CultureInfo.InvariantCulture));
        Add("max", MaxScore?.ToString(CultureInfo.InvariantCulture));
        Add("from", Word(From));
        Add("to", Word(To));
        Add("name", FileName);
        AddAll("meta", Metadata);
        Add("video", Video);
        Add("q", Text);
        AddAll("like", Like);
        if (Order != InputOrder.Newest)
        {
            Add("order", Word(Order));
        }

        Add("at", Word(At));
        if (Size != TileSize.M)
        {
            Add("size", Word(Size));
        }

        return QueryHelpers.AddQueryString("", pairs);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                pairs.Add(KeyValuePair.Create(name, (string?)value));
            }
        }

        void AddAll(string name, IEnumerable<string> list)
        {
            foreach (var value in list)
            {
                Add(name, value);
            }
        }
    }

    /// <param name="names">The app's; an id or name that is not among them matches no input.</param>
    public InputFilter ToFilter(FilterNames names) =>
        new()
        {
            ConceptIds = [.. Concepts.Select(names.ConceptKey)],
            Match = Match,
            WithoutConceptIds = [.. Without.Select(names.ConceptKey)],
            Statuses = [.. Statuses.SelectMany(CodesOf)],
            Absent = Statuses.Contains(StatusFacet.Absent),
            Audit = Statuses.Contains(StatusFacet.Audit),
            Labelled =
                Statuses.Contains(StatusFacet.Labelled) ? true
                : Statuses.Contains(StatusFacet.Unlabelled) ? false
                : null,
            Failed = Statuses.Contains(StatusFacet.Failed),
            Origins = [.. Origins.Select(word => OriginOf(word, names))],
            WrittenAsIds = [.. WrittenAs.Select(names.UserKey)],
            ReviewerIds = [.. Reviewers.Select(names.UserKey)],
            MinScore = MinScore,
            MaxScore = MaxScore,
            From = From?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
            Before = To?.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
            FileName = FileName,
            Metadata =
            [
                .. Metadata
                    .Select(entry => entry.Split(':', 2))
                    .Select(parts => new MetadataFilter(parts[0].Trim(), parts.Length > 1 ? parts[1].Trim() : null)),
            ],
            VideoId = Video.Length > 0 ? names.VideoKey(Video) : null,
            Text = Text,
            Like = Like,
            Order = Order,
        };

    /// <summary>Leaves a concept, asks for it, or takes it back, whichever list it is in.</summary>
    public ExplorerQuery ToggleConcept(string id) =>
        this with
        {
            Concepts = Toggled(Concepts, id),
            Without = [.. Without.Where(c => c != id)],
        };

    public ExplorerQuery ToggleWithout(string id) =>
        this with
        {
            Without = Toggled(Without, id),
            Concepts = [.. Concepts.Where(c => c != id)],
        };

    /// <summary>Adds or removes a status. The ones that say something of the whole input stand alone.</summary>
    public ExplorerQuery ToggleStatus(StatusFacet status)
    {
        if (Statuses.Contains(status))
        {
            return this with { Statuses = [.. Statuses.Where(s => s != status)] };
        }

        return this with
        {
            Statuses = IsOfTag(status) ? [.. Statuses.Where(IsOfTag), status] : [status],
        };
    }

    public ExplorerQuery ToggleOrigin(string word) => this with { Origins = Toggled(Origins, word) };

    public ExplorerQuery ToggleWrittenAs(string user) => this with { WrittenAs = Toggled(WrittenAs, user) };

    public ExplorerQuery ToggleReviewer(string user) => this with { Reviewers = Toggled(Reviewers, user) };

    public ExplorerQuery WithoutFilters() => new() { Order = Order, Size = Size };

    /// <summary>The part worth keeping under a name: which inputs, in which order.</summary>
    public ExplorerQuery Kept() => this with { Size = TileSize.M, At = null };

    // The tile size changes how inputs are drawn and the day where one begins, never which.
    public bool ShowsSameInputs(ExplorerQuery other) => Kept().ToString() == other.Kept().ToString();

    public static string WordOf(TagOrigin origin, FilterNames names) =>
        origin.Kind switch
        {
            AnnotationOrigin.Human => PeopleWord,
            AnnotationOrigin.Import => ImportWord,
            _ => WorkflowWord + names.Workflows.GetValueOrDefault(origin.WorkflowId ?? 0),
        };

    private static TagOrigin OriginOf(string word, FilterNames names) =>
        word switch
        {
            PeopleWord => new TagOrigin(AnnotationOrigin.Human),
            ImportWord => new TagOrigin(AnnotationOrigin.Import),
            _ => new TagOrigin(AnnotationOrigin.Workflow, names.WorkflowKey(word[WorkflowWord.Length..])),
        };

    private static IReadOnlyList<string> Toggled(IReadOnlyList<string> list, string value) =>
        list.Contains(value) ? [.. list.Where(v => v != value)] : [.. list, value];

    private static bool IsOfTag(StatusFacet status) =>
        status is StatusFacet.Success or StatusFacet.Pending or StatusFacet.Rejected;

    private static IReadOnlyList<StatusCode> CodesOf(StatusFacet status) =>
        status switch
        {
            StatusFacet.Success or StatusFacet.Absent => [StatusCode.AnnotationSuccess],
            StatusFacet.Pending => AnnotationStatuses.Waiting,
            StatusFacet.Rejected => [StatusCode.AnnotationReviewDenied],
            StatusFacet.Audit => AnnotationStatuses.Audited,
            _ => [],
        };

    private static T? ToEnum<T>(string word)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Word(value) == word)
            {
                return value;
            }
        }
        return null;
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string? Word(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
