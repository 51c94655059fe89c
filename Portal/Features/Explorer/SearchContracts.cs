using System.Text.Json;
using Portal.Core.Domain.Errors;
using Portal.Features.Annotations;
using Portal.Features.Inputs;
using Portal.Shared.Api;

namespace Portal.Features.Explorer;

/// <summary>A search, in the present form (<c>searches</c>) or the older one (<c>query.ands</c>).</summary>
internal sealed record SearchRequest
{
    public IReadOnlyList<SearchDto?>? Searches { get; init; }
    public QueryDto? Query { get; init; }
    public PaginationDto? Pagination { get; init; }
}

internal sealed record SearchDto
{
    public QueryDto? Query { get; init; }
}

internal sealed record QueryDto
{
    public IReadOnlyList<TermDto?>? Filters { get; init; }
    public IReadOnlyList<TermDto?>? Ranks { get; init; }
    public IReadOnlyList<TermDto?>? Ands { get; init; }
}

/// <summary>One thing that must hold, or to order by.</summary>
internal sealed record TermDto
{
    public SubjectDto? Annotation { get; init; }
    public SubjectDto? Input { get; init; }
    public SubjectDto? Output { get; init; }
    public bool? Negate { get; init; }
}

/// <summary>What a term is about. In the older form an image to compare with stands in <c>output.input</c>.</summary>
internal sealed record SubjectDto
{
    public string? Id { get; init; }
    public string? InputId { get; init; }
    public DataDto? Data { get; init; }
    public ApiStatus? Status { get; init; }
    public SubjectDto? Input { get; init; }
    public IReadOnlyList<string?>? UserIds { get; init; }
}

internal sealed record PaginationDto
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

internal sealed record SearchResponse(string Id, IReadOnlyList<HitDto> Hits) : ApiResponse;

internal sealed record HitDto(double Score, InputDto Input)
{
    /// <summary>In a search for annotations: the one that was found.</summary>
    public AnnotationDto? Annotation { get; init; }
}
