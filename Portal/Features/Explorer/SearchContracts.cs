using System.Text.Json;
using Portal.Core.Domain.Errors;
using Portal.Features.Annotations;
using Portal.Features.Inputs;
using Portal.Shared.Api;

namespace Portal.Features.Explorer;

/// <summary>A search, in the present form (<c>searches</c>) or the older one (<c>query.ands</c>).</summary>
internal sealed record SearchRequest
{
    public IReadOnlyList<SearchWire?>? Searches { get; init; }
    public QueryWire? Query { get; init; }
    public PaginationWire? Pagination { get; init; }
}

internal sealed record SearchWire
{
    public QueryWire? Query { get; init; }
}

internal sealed record QueryWire
{
    public IReadOnlyList<TermWire?>? Filters { get; init; }
    public IReadOnlyList<TermWire?>? Ranks { get; init; }
    public IReadOnlyList<TermWire?>? Ands { get; init; }
}

/// <summary>One thing that must hold, or to order by.</summary>
internal sealed record TermWire
{
    public SubjectWire? Annotation { get; init; }
    public SubjectWire? Input { get; init; }
    public SubjectWire? Output { get; init; }
    public bool? Negate { get; init; }
}

/// <summary>What a term is about. In the older form an image to compare with stands in <c>output.input</c>.</summary>
internal sealed record SubjectWire
{
    public string? Id { get; init; }
    public string? InputId { get; init; }
    public DataWire? Data { get; init; }
    public ApiStatus? Status { get; init; }
    public SubjectWire? Input { get; init; }
    public IReadOnlyList<string?>? UserIds { get; init; }
}

internal sealed record PaginationWire
{
    public int? Page { get; init; }
    public int? PerPage { get; init; }

    public ApiPage Or(ApiPage page) =>
        new(
            InRange(Page, page.Number, int.MaxValue, "pagination.page"),
            InRange(PerPage, page.Size, ApiLimits.MaxPageSize, "pagination.per_page"),
            page.After
        );

    private static int InRange(int? given, int otherwise, int max, string field) =>
        given switch
        {
            null or 0 => otherwise,
            >= 1 when given <= max => given.Value,
            _ => throw new PortalException(
                StatusCode.InvalidRequest,
                $"'{field}' must be a whole number from 1 to {max}.",
                field
            ),
        };
}

internal sealed record SearchResponse(string Id, IReadOnlyList<HitWire> Hits) : ApiResponse;

internal sealed record HitWire(double Score, InputWire Input)
{
    /// <summary>In a search for annotations: the one that was found.</summary>
    public AnnotationWire? Annotation { get; init; }
}
