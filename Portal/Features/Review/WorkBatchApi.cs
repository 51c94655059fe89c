using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Labeling;
using Portal.Core.Services.Runs;
using Portal.Shared.Access;
using Portal.Shared.Api;
using Portal.Shared.Media;

namespace Portal.Features.Review;

/// <summary>
/// <c>work-batches</c>: hands an open page what to review or label next. The page asks over HTTP, so that it goes on
/// while its circuit is down.
/// </summary>
internal static class WorkBatchApi
{
    public const int DefaultTake = 24;
    private const int MaxTake = 96;
    private const int MaxNear = 200;
    private const int MaxExcept = 1000;
    private const int MaxHolder = 64;

    public static void MapWorkBatches(this IEndpointRouteBuilder routes)
    {
        var batches = routes.MapGroup("/work-batches").WithTags("Annotations");
        batches
            .MapPost("/review", ReviewAsync)
            .Needs(Permission.Review)
            .Named(
                "PostReviewBatch",
                "Get the next annotations to review",
                "For the portal's own pages, and may change with them."
            );
        batches
            .MapPost("/label", LabelAsync)
            .Needs(Permission.Label)
            .Named(
                "PostLabelBatch",
                "Get the next inputs to label",
                "For the portal's own pages, and may change with them."
            );
        batches
            .MapPost(
                "/renew",
                async (ApiScope scope, Body<WorkBatchRequest> body, LeaseService leases, CancellationToken ct) =>
                {
                    await leases.RenewAsync(scope.AppId, Holder(scope, body.Value), ct);
                    return new ApiResponse();
                }
            )
            .Needs(Permission.Label)
            .Named(
                "RenewWorkBatch",
                "Keep a batch reserved for longer",
                "For the portal's own pages, and may change with them."
            );
        batches
            .MapPost(
                "/release",
                async (
                    ApiScope scope,
                    Body<WorkBatchRequest> body,
                    LeaseService leases,
                    InputService inputs,
                    CancellationToken ct
                ) =>
                {
                    var named = body.Value.InputIds is { Count: > 0 } ids
                        ? (await inputs.GetAsync(scope.AppId, ApiBatch.Items(ids, null, "input_ids", int.MaxValue), ct))
                            .Select(i => i.Id)
                            .ToList()
                        : null;
                    await leases.ReleaseAsync(scope.AppId, Holder(scope, body.Value), named, ct);
                    return new ApiResponse();
                }
            )
            .Needs(Permission.Label)
            .Named(
                "ReleaseWorkBatch",
                "Release reserved inputs",
                "For the portal's own pages, and may change with them."
            );
    }

    private static async Task<WorkBatchResponse> ReviewAsync(
        ApiScope scope,
        Body<WorkBatchRequest> body,
        ReviewBatches batches,
        ConceptService concepts,
        InputQueries inputs,
        WorkflowCatalog catalog,
        CancellationToken ct
    )
    {
        var order = body.Value.Order switch
        {
            null or "" or "lowest_confidence" => ReviewOrder.LowestConfidence,
            "highest_confidence" => ReviewOrder.HighestConfidence,
            var other => throw Unknown(other, "lowest_confidence or highest_confidence"),
        };
        var batch = await batches.NextAsync(
            scope.AppId,
            Holder(scope, body.Value),
            await ConceptAsync(scope, body.Value, concepts, ct),
            order,
            Except(body.Value),
            Take(body.Value),
            ct
        );
        var pictures = (
            await inputs.InputsAsync([.. batch.Annotations.Select(a => a.InputId).Distinct()], ct)
        ).ToDictionary(i => i.Id);
        var items = new List<WorkBatchItem>();
        foreach (var annotation in batch.Annotations.Where(a => pictures.ContainsKey(a.InputId)))
        {
            var input = pictures[annotation.InputId];
            items.Add(
                Item(scope, input.ExternalId, input.FileName, input.Width, input.Height, input.ContentHash, [], []) with
                {
                    Question = new QuestionDto(
                        annotation.ExternalId,
                        annotation.ConceptExternalId,
                        annotation.Value,
                        annotation.Score,
                        InputQueries.Origin(annotation),
                        annotation.IsForAudit,
                        annotation.CreatedAt,
                        await RouteAsync(catalog, annotation, ct)
                    ),
                }
            );
        }
        return new WorkBatchResponse(items, batch.Left, batch.Left, null, batch.Seen);
    }

    private static async Task<WorkBatchResponse> LabelAsync(
        ApiScope scope,
        Body<WorkBatchRequest> body,
        LabelBatches batches,
        ConceptService concepts,
        InputService inputs,
        CancellationToken ct
    )
    {
        var order = body.Value.Order switch
        {
            null or "" or "uploaded" => LabelOrder.Uploaded,
            "random" => LabelOrder.Random,
            "most_informative" => LabelOrder.MostInformative,
            "highest_confidence" => LabelOrder.HighestConfidence,
            "nearest" => LabelOrder.Nearest,
            var other => throw Unknown(other, "uploaded, random, most_informative, highest_confidence or nearest"),
        };
        if (body.Value.Near is { Count: > MaxNear })
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"'near' names more than {MaxNear} inputs. Name fewer.",
                "near"
            );
        }

        List<long> near = body.Value.Near is { Count: > 0 } ids
            ?
            [
                .. (
                    await inputs.GetAsync(scope.AppId, ApiBatch.Items(ids, null, "input_ids", int.MaxValue), ct)
                ).Select(i => i.Id),
            ]
            : [];
        var query = new LabelQuery(
            order,
            await ConceptAsync(scope, body.Value, concepts, ct),
            near,
            Except(body.Value)
        );
        var batch = await batches.NextAsync(scope.AppId, Holder(scope, body.Value), query, Take(body.Value), ct);
        var names = (await concepts.ListAsync(scope.AppId, ct)).ToDictionary(c => c.Id, c => c.ExternalId);
        return new WorkBatchResponse(
            [
                .. batch.Inputs.Select(i =>
                    Item(
                        scope,
                        i.ExternalId,
                        i.FileName,
                        i.Width,
                        i.Height,
                        i.ContentHash,
                        batch
                            .Annotations[i.Id]
                            .Where(a => a is { Origin: AnnotationOrigin.Human, Status: StatusCode.AnnotationSuccess }),
                        [
                            .. batch
                                .Guesses[i.Id]
                                .Where(g => names.ContainsKey(g.ConceptId))
                                .Select(g => new GuessDto(names[g.ConceptId], g.Score)),
                        ]
                    )
                ),
            ],
            batch.Left,
            batch.Total,
            SamplingOf(batch.Order),
            batch.Seen
        );
    }

    /// <summary>The order of upload looks at no score, and so counts as chance.</summary>
    private static string? SamplingOf(LabelOrder order) =>
        order switch
        {
            LabelOrder.Uploaded or LabelOrder.Random => "random",
            LabelOrder.MostInformative => "most_informative",
            _ => null,
        };

    private static WorkBatchItem Item(
        ApiScope scope,
        string inputId,
        string fileName,
        int width,
        int height,
        string hash,
        IEnumerable<AnnotationView> labels,
        IReadOnlyList<GuessDto> guesses
    ) =>
        new(
            inputId,
            fileName,
            width,
            height,
            MediaAddress.Of(scope.OwnerId, scope.App.ExternalId, inputId, hash, MediaRendition.Thumb),
            MediaAddress.Of(scope.OwnerId, scope.App.ExternalId, inputId, hash, MediaRendition.Large),
            labels
                .GroupBy(a => a.ConceptExternalId)
                .ToDictionary(g => g.Key, g => g.MaxBy(a => a.ModifiedAt)!.Value ? 1 : 0),
            guesses
        );

    private static async Task<IReadOnlyList<RouteDto>> RouteAsync(
        WorkflowCatalog catalog,
        AnnotationView annotation,
        CancellationToken ct
    )
    {
        if (annotation.WorkflowVersionId is not { } version)
        {
            return [];
        }

        try
        {
            var routes = (await catalog.GetAsync(version, ct)).Routes;
            return
            [
                .. (routes.FirstOrDefault(r => r.ConceptId == annotation.ConceptId)?.Segments ?? [])
                    .Where(s => s.To > s.From)
                    .Select(s => new RouteDto(s.From, s.To, s.End.ToString().ToLowerInvariant())),
            ];
        }
        catch (PortalException)
        {
            // The workflow can no longer run; its annotation can still be reviewed.
            return [];
        }
    }

    private static async Task<long?> ConceptAsync(
        ApiScope scope,
        WorkBatchRequest query,
        ConceptService concepts,
        CancellationToken ct
    ) => string.IsNullOrEmpty(query.ConceptId) ? null : (await concepts.GetAsync(scope.AppId, query.ConceptId, ct)).Id;

    // Of more than that the first come again: a person who skips thousands has gone round once.
    private static IReadOnlyList<string> Except(WorkBatchRequest query) =>
        [.. (query.Except ?? []).TakeLast(MaxExcept)];

    private static int Take(WorkBatchRequest query) =>
        query.Take is >= 1 and <= MaxTake
            ? query.Take
            : throw new PortalException(StatusCode.InvalidRequest, $"'take' is 1 to {MaxTake}.", "take");

    /// <summary>A page cannot hold, renew or release in another user's name.</summary>
    private static string Holder(ApiScope scope, WorkBatchRequest query) =>
        query.Holder is { Length: > 0 and <= MaxHolder } holder
            ? $"{scope.UserId}:{holder}"
            : throw new PortalException(
                StatusCode.InvalidRequest,
                $"'holder' is missing or longer than {MaxHolder} characters. Make one for each open page.",
                "holder"
            );

    private static PortalException Unknown(string order, string known) =>
        new(StatusCode.InvalidRequest, $"'order' cannot be '{Text.Shown(order)}'. Use {known}.", "order");
}
