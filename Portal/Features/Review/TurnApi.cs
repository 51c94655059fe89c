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
/// <c>turns</c>: hands an open page what to review or label next. The page asks over HTTP, so that it goes on while its
/// circuit is down.
/// </summary>
internal static class TurnApi
{
    public const int DefaultTake = 24;
    private const int MaxTake = 96;
    private const int MaxNear = 200;
    private const int MaxExcept = 1000;
    private const int MaxHolder = 64;

    public static void MapTurns(this IEndpointRouteBuilder routes)
    {
        var turns = routes.MapGroup("/turns").WithTags("Annotations");
        turns
            .MapPost("/review", ReviewAsync)
            .Needs(Permission.Review)
            .Named(
                "PostReviewTurn",
                "Get the next annotations to review",
                "For the portal's own pages, and may change with them."
            );
        turns
            .MapPost("/label", LabelAsync)
            .Needs(Permission.Label)
            .Named(
                "PostLabelTurn",
                "Get the next inputs to label",
                "For the portal's own pages, and may change with them."
            );
        turns
            .MapPost(
                "/renew",
                async (ApiScope scope, Body<TurnRequest> body, LeaseService leases, CancellationToken ct) =>
                {
                    await leases.RenewAsync(scope.AppId, Holder(scope, body.Value), ct);
                    return new ApiResponse();
                }
            )
            .Needs(Permission.Label)
            .Named(
                "RenewTurn",
                "Keep a batch reserved for longer",
                "For the portal's own pages, and may change with them."
            );
        turns
            .MapPost(
                "/release",
                async (
                    ApiScope scope,
                    Body<TurnRequest> body,
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
            .Named("ReleaseTurn", "Release reserved inputs", "For the portal's own pages, and may change with them.");
    }

    private static async Task<TurnResponse> ReviewAsync(
        ApiScope scope,
        Body<TurnRequest> body,
        ReviewTurns turns,
        ConceptService concepts,
        InputQueries inputs,
        WorkflowCatalog catalog,
        CancellationToken ct
    )
    {
        var order = body.Value.Order switch
        {
            null or "" or "least_certain" => ReviewOrder.LeastCertain,
            "surest" => ReviewOrder.Surest,
            var other => throw Unknown(other, "least_certain or surest"),
        };
        var turn = await turns.NextAsync(
            scope.AppId,
            Holder(scope, body.Value),
            await ConceptAsync(scope, body.Value, concepts, ct),
            order,
            Except(body.Value),
            Take(body.Value),
            ct
        );
        var pictures = (
            await inputs.InputsAsync([.. turn.Annotations.Select(a => a.InputId).Distinct()], ct)
        ).ToDictionary(i => i.Id);
        var items = new List<TurnItem>();
        foreach (var annotation in turn.Annotations.Where(a => pictures.ContainsKey(a.InputId)))
        {
            var input = pictures[annotation.InputId];
            items.Add(
                Item(scope, input.ExternalId, input.FileName, input.Width, input.Height, input.ContentHash, [], []) with
                {
                    Question = new QuestionWire(
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
        return new TurnResponse(items, turn.Left, turn.Left, null, turn.Seen);
    }

    private static async Task<TurnResponse> LabelAsync(
        ApiScope scope,
        Body<TurnRequest> body,
        LabelTurns turns,
        ConceptService concepts,
        InputService inputs,
        CancellationToken ct
    )
    {
        var order = body.Value.Order switch
        {
            null or "" or "uploaded" => LabelOrder.Uploaded,
            "random" => LabelOrder.Random,
            "teaches_most" => LabelOrder.TeachesMost,
            "surest" => LabelOrder.Surest,
            "nearest" => LabelOrder.Nearest,
            var other => throw Unknown(other, "uploaded, random, teaches_most, surest or nearest"),
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
        var wish = new LabelWish(order, await ConceptAsync(scope, body.Value, concepts, ct), near, Except(body.Value));
        var turn = await turns.NextAsync(scope.AppId, Holder(scope, body.Value), wish, Take(body.Value), ct);
        var names = (await concepts.ListAsync(scope.AppId, ct)).ToDictionary(c => c.Id, c => c.ExternalId);
        return new TurnResponse(
            [
                .. turn.Inputs.Select(i =>
                    Item(
                        scope,
                        i.ExternalId,
                        i.FileName,
                        i.Width,
                        i.Height,
                        i.ContentHash,
                        turn.Annotations[i.Id]
                            .Where(a => a is { Origin: AnnotationOrigin.Human, Status: StatusCode.AnnotationSuccess }),
                        [
                            .. turn.Guesses[i.Id]
                                .Where(g => names.ContainsKey(g.ConceptId))
                                .Select(g => new GuessWire(names[g.ConceptId], g.Score)),
                        ]
                    )
                ),
            ],
            turn.Left,
            turn.Total,
            DrawOf(turn.Order),
            turn.Seen
        );
    }

    /// <summary>The order of upload looks at no score, and so counts as chance.</summary>
    private static string? DrawOf(LabelOrder order) =>
        order switch
        {
            LabelOrder.Uploaded or LabelOrder.Random => "random",
            LabelOrder.TeachesMost => "teaches_most",
            _ => null,
        };

    private static TurnItem Item(
        ApiScope scope,
        string inputId,
        string fileName,
        int width,
        int height,
        string hash,
        IEnumerable<AnnotationView> labels,
        IReadOnlyList<GuessWire> guesses
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

    private static async Task<IReadOnlyList<RouteWire>> RouteAsync(
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
                    .Select(s => new RouteWire(s.From, s.To, s.End.ToString().ToLowerInvariant())),
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
        TurnRequest wish,
        ConceptService concepts,
        CancellationToken ct
    ) => string.IsNullOrEmpty(wish.ConceptId) ? null : (await concepts.GetAsync(scope.AppId, wish.ConceptId, ct)).Id;

    // Of more than that the first come again: a person who skips thousands has gone round once.
    private static IReadOnlyList<string> Except(TurnRequest wish) => [.. (wish.Except ?? []).TakeLast(MaxExcept)];

    private static int Take(TurnRequest wish) =>
        wish.Take is >= 1 and <= MaxTake
            ? wish.Take
            : throw new PortalException(StatusCode.InvalidRequest, $"'take' is 1 to {MaxTake}.", "take");

    /// <summary>A page cannot hold, renew or release in another user's name.</summary>
    private static string Holder(ApiScope scope, TurnRequest wish) =>
        wish.Holder is { Length: > 0 and <= MaxHolder } holder
            ? $"{scope.UserId}:{holder}"
            : throw new PortalException(
                StatusCode.InvalidRequest,
                $"'holder' is missing or longer than {MaxHolder} characters. Make one for each open page.",
                "holder"
            );

    private static PortalException Unknown(string order, string known) =>
        new(StatusCode.InvalidRequest, $"'order' cannot be '{Text.Shown(order)}'. Use {known}.", "order");
}
