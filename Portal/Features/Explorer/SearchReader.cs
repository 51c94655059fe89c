using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Explorer;
using Portal.Features.Concepts;
using Portal.Features.Inputs;
using Portal.Shared.Api;

namespace Portal.Features.Explorer;

/// <summary>
/// Understands a search request. What it does not understand it refuses: a term that was dropped in silence would find
/// too much.
/// </summary>
internal sealed class SearchReader(ConceptService concepts, PictureSource pictures)
{
    public async Task<InputSearchQuery> ReadAsync(ApiScope scope, SearchRequest request, CancellationToken ct)
    {
        var query = Query(request);
        var known = await concepts.ListAsync(scope.AppId, ct);
        var criteria = new List<AnnotationCriterion>();
        var inputIds = new List<string>();
        Half[]? like = null;
        foreach (var term in (query.Filters ?? []).Concat(query.Ands ?? []))
        {
            var subject = Subject(term);
            if (Compared(subject) is { } picture)
            {
                await RankByAsync(picture);
            }
            else
            {
                Filter(subject, known, criteria, inputIds);
            }
        }
        foreach (var rank in query.Ranks ?? [])
        {
            var subject = Subject(rank);
            await RankByAsync(Compared(subject) ?? new InputDto { Id = subject.InputId ?? subject.Id });
        }
        return new InputSearchQuery(criteria, inputIds, like);

        async Task RankByAsync(InputDto picture)
        {
            if (like is not null)
            {
                throw Invalid("A search can rank by one picture only.");
            }

            if (picture is { Id: null or "", Data: null })
            {
                throw Invalid("A rank needs a picture: data.image.url, data.image.base64, or the id of an input.");
            }

            like = (await pictures.EmbedAsync(scope, picture, ct)).Vector;
        }
    }

    private static QueryDto Query(SearchRequest request) =>
        request switch
        {
            { Searches: [{ } search] } => search.Query ?? new QueryDto(),
            { Searches: { Count: > 1 } } => throw Invalid("Send one search at a time."),
            _ => request.Query ?? new QueryDto(),
        };

    private static SubjectDto Subject(TermDto? term)
    {
        if (term?.Negate == true)
        {
            throw Invalid("'negate' is not supported. Search for the concept with value 0 instead.");
        }

        return term?.Annotation
            ?? term?.Output
            ?? term?.Input
            ?? throw Invalid("A filter or rank says nothing. Give annotation, input or output in it.");
    }

    /// <summary>The picture a subject compares with, or null if it compares with none.</summary>
    private static InputDto? Compared(SubjectDto subject)
    {
        if (subject.Input is { Data.Image: not null } older)
        {
            return new InputDto { Id = older.Id, Data = older.Data };
        }

        return subject.Data?.Image is { } image && (image.Url ?? (object?)image.Base64) is not null
            ? new InputDto { Data = subject.Data }
            : null;
    }

    private static void Filter(
        SubjectDto subject,
        IReadOnlyList<Concept> known,
        List<AnnotationCriterion> criteria,
        List<string> inputIds
    )
    {
        if (subject.Data is { Metadata.Count: > 0 } or { Geo: not null } || subject.UserIds is { Count: > 0 })
        {
            throw Invalid(
                "Inputs cannot be searched by metadata, place or user. Use concepts, a status, an input's id or a "
                    + "picture."
            );
        }

        IReadOnlyList<StatusCode> statuses = subject.Status?.Code is { } status ? [status] : [];
        var wanted = subject.Data?.Concepts is { Count: > 0 } given ? ApiBatch.Items(given, null, "data.concepts") : [];
        foreach (var concept in wanted)
        {
            criteria.Add(new AnnotationCriterion(Find(concept, known), concept.IsPresent(), statuses));
        }

        var id = subject.InputId ?? subject.Id ?? subject.Input?.Id;
        if (id is not null)
        {
            inputIds.Add(id);
        }

        if (wanted.Count > 0 || id is not null)
        {
            return;
        }

        if (statuses.Count == 0)
        {
            throw Invalid("A filter says nothing. Give data.concepts, status or an id in it.");
        }

        criteria.Add(new AnnotationCriterion(null, null, statuses));
    }

    private static long Find(ConceptDto wanted, IReadOnlyList<Concept> known) =>
        (
            known.FirstOrDefault(c => c.ExternalId == wanted.Id)
            ?? (wanted.Id is null ? known.FirstOrDefault(c => c.Name == wanted.Name) : null)
        )?.Id
        ?? throw new PortalException(
            StatusCode.DoesNotExist,
            $"There is no concept '{Text.Shown(wanted.Id ?? wanted.Name ?? "")}' in this app.",
            wanted.Id ?? wanted.Name
        );

    private static PortalException Invalid(string message) => new(StatusCode.InvalidRequest, message);
}
