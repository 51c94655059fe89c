using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Inputs;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Annotations;

/// <summary>
/// <c>decisions</c>: what a person decides in the browser, which keeps it in a queue of its own until it is answered
/// here.
/// </summary>
internal static class DecisionApi
{
    public static void MapDecisions(this IEndpointRouteBuilder routes)
    {
        var decisions = routes.MapGroup("/decisions").WithTags("Annotations");
        decisions
            .MapPost("", DecideAsync)
            .Needs(Permission.Label)
            .Named(
                "PostDecisions",
                "Label inputs and review annotations in one step",
                "For the portal's own pages, and may change with them."
            );
        decisions
            .MapPost(
                "/undo",
                async (ApiScope scope, Body<DecisionsRequest> body, DecisionService service, CancellationToken ct) =>
                {
                    var batchId =
                        body.Value.BatchId
                        ?? throw new PortalException(
                            StatusCode.InvalidRequest,
                            "'batch_id' is missing. Give the one that the decisions were answered with.",
                            "batch_id"
                        );
                    return new UndoResponse(await service.UndoAsync(scope.AppId, scope.UserId, batchId, ct));
                }
            )
            .Needs(Permission.Label)
            .Named(
                "UndoDecisions",
                "Undo a step of decisions",
                "For the portal's own pages, and may change with them."
            );
    }

    /// <summary>
    /// One step, all or none, except for conflicts. Sent again with the same client ids, it decides nothing again and
    /// answers the batch it made the first time.
    /// </summary>
    private static async Task<DecisionsResponse> DecideAsync(
        ApiScope scope,
        Body<DecisionsRequest> body,
        DecisionService service,
        InputService inputs,
        ConceptService concepts,
        AnnotationService annotations,
        CancellationToken ct
    )
    {
        var wanted = ApiBatch.Items(body.Value.Decisions, null, "decisions");
        var inputIds = (
            await inputs.GetAsync(scope.AppId, [.. wanted.Select(d => d.InputId ?? "").Distinct()], ct)
        ).ToDictionary(i => i.ExternalId, i => i.Id);
        var conceptIds = (await concepts.ListAsync(scope.AppId, ct)).ToDictionary(c => c.ExternalId, c => c.Id);
        var decisions = new List<NewDecision>(wanted.Count);
        foreach (var decision in wanted)
        {
            if (!conceptIds.TryGetValue(decision.ConceptId ?? "", out var conceptId))
            {
                throw new PortalException(
                    StatusCode.DoesNotExist,
                    $"There is no concept '{Text.Shown(decision.ConceptId ?? "")}' in this app.",
                    decision.ConceptId
                );
            }

            var inputId = inputIds[decision.InputId!];
            decisions.Add(
                new NewDecision(
                    inputId,
                    conceptId,
                    Value(decision),
                    await AnnotationAsync(decision, inputId, conceptId),
                    decision.ClientId,
                    SamplingOf(decision),
                    decision.Seen
                )
            );
        }
        var step = await service.DecideStepAsync(scope.AppId, scope.UserId, decisions, ct);
        return new DecisionsResponse(step.BatchId)
        {
            Sequence = step.Sequence,
            Conflicts =
            [
                .. step.Conflicts.Select(c => new ConflictDto(
                    inputIds.Single(i => i.Value == c.Decision.InputId).Key,
                    conceptIds.Single(i => i.Value == c.Decision.ConceptId).Key,
                    c.Value is { } value
                        ? value
                            ? 1
                            : 0
                        : null,
                    c.UserName
                )),
            ],
        };

        async Task<long?> AnnotationAsync(DecisionDto decision, long inputId, long conceptId)
        {
            if (decision.AnnotationId is not { } annotationId)
            {
                return null;
            }

            scope.Require(Permission.Review);
            var annotation = await annotations.GetAsync(scope.AppId, annotationId, ct);
            return annotation.InputId == inputId && annotation.ConceptId == conceptId
                ? annotation.Id
                : throw new PortalException(
                    StatusCode.AnnotationInvalidArgument,
                    $"The annotation '{annotationId}' is about another input or concept.",
                    annotationId
                );
        }
    }

    private static bool? Value(DecisionDto decision) =>
        decision.Value switch
        {
            null => null,
            1 => true,
            0 => false,
            _ => throw new PortalException(
                StatusCode.AnnotationInvalidArgument,
                "A decision's value is 1 (✓), 0 (✗) or null (taken back).",
                "value"
            ),
        };

    private static SamplingMethod? SamplingOf(DecisionDto decision) =>
        decision.SamplingMethod switch
        {
            null or "" => null,
            "random" => SamplingMethod.Random,
            "most_informative" => SamplingMethod.MostInformative,
            "pending" => SamplingMethod.Pending,
            "audit" => SamplingMethod.Audit,
            var other => throw new PortalException(
                StatusCode.AnnotationInvalidArgument,
                $"'sampling_method' cannot be '{Text.Shown(other)}'. Use random (also for the order of upload), "
                    + $"most_informative, "
                    + $"pending or audit.",
                "sampling_method"
            ),
        };
}
