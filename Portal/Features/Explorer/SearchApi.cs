using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Explorer;
using Portal.Features.Annotations;
using Portal.Features.Inputs;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Explorer;

/// <summary><c>inputs/searches</c>, <c>annotations/searches</c> and the older <c>searches</c></summary>
internal static class SearchApi
{
    public static void MapSearches(this IEndpointRouteBuilder routes)
    {
        var searches = routes.MapGroup("").WithTags("Inputs");
        searches
            .MapPost("/inputs/searches", SearchInputsAsync)
            .Needs(Permission.See)
            .Named("PostInputsSearches", "Search inputs by labels, status or similarity");
        searches
            .MapPost("/searches", SearchInputsAsync)
            .Needs(Permission.See)
            .Named("PostSearches", "Search inputs in the older form, `query.ands`");
        searches
            .MapPost("/annotations/searches", SearchAnnotationsAsync)
            .Needs(Permission.See)
            .Named(
                "PostAnnotationsSearches",
                "Search annotations",
                "One hit for each annotation that meets a criterion."
            );
    }

    private static async Task<SearchResponse> SearchInputsAsync(
        ApiScope scope,
        ApiPage page,
        Body<SearchRequest> body,
        SearchReader reader,
        InputSearch search,
        InputQueries queries,
        InputWriter writer,
        IdGenerator ids,
        CancellationToken ct
    )
    {
        var found = await FindAsync(
            scope,
            await reader.ReadAsync(scope, body.Value, ct),
            body.Value.Pagination?.Or(page) ?? page,
            search,
            queries,
            writer,
            ct
        );
        return new SearchResponse(ids.NewId(), [.. found.Select(f => f.Hit)]);
    }

    /// <summary>One hit for each annotation that meets a criterion, input by input.</summary>
    private static async Task<SearchResponse> SearchAnnotationsAsync(
        ApiScope scope,
        ApiPage page,
        Body<SearchRequest> body,
        SearchReader reader,
        InputSearch search,
        InputQueries queries,
        AnnotationService annotations,
        InputWriter writer,
        IdGenerator ids,
        CancellationToken ct
    )
    {
        var query = await reader.ReadAsync(scope, body.Value, ct);
        var found = await FindAsync(scope, query, body.Value.Pagination?.Or(page) ?? page, search, queries, writer, ct);
        var said = await annotations.OfInputsAsync([.. found.Select(f => f.Input.Id)], ct);
        return new SearchResponse(
            ids.NewId(),
            [
                .. found.SelectMany(f =>
                    said[f.Input.Id]
                        .Where(a => Meets(query, a))
                        .Select(a => f.Hit with { Annotation = AnnotationApi.Write(scope, a) })
                ),
            ]
        );
    }

    private static async Task<IReadOnlyList<(Input Input, HitDto Hit)>> FindAsync(
        ApiScope scope,
        InputSearchQuery query,
        ApiPage page,
        InputSearch search,
        InputQueries queries,
        InputWriter writer,
        CancellationToken ct
    )
    {
        if (query.Like is not null && page.Skip + page.Size > ApiLimits.MaxRanked)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"A search by picture shows its best {ApiLimits.MaxRanked} hits only. Ask for an earlier page.",
                "page"
            );
        }

        var hits = await search.FindAsync(scope.AppId, query, page.Skip, page.Size, ct);
        var inputs = await queries.InputsAsync([.. hits.Select(h => h.InputId)], ct);
        var scores = hits.ToDictionary(h => h.InputId, h => h.Score);
        var wires = await writer.WriteAsync(scope, inputs, ct);
        return [.. inputs.Select((input, i) => (input, new HitDto(scores[input.Id], wires[i])))];
    }

    private static bool Meets(InputSearchQuery query, AnnotationView annotation) =>
        query.Criteria.Count == 0
        || query.Criteria.Any(c =>
            (c.ConceptId is null || c.ConceptId == annotation.ConceptId)
            && (c.Value is null || c.Value == annotation.Value)
            && (
                c.Statuses.Count == 0
                    ? annotation.Status == StatusCode.AnnotationSuccess
                    : c.Statuses.Contains(annotation.Status)
            )
        );
}
