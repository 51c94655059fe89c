using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Models;
using Portal.Features.Concepts;
using Portal.Features.Inputs;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Annotations;

/// <summary><c>annotations</c></summary>
internal static class AnnotationApi
{
    private static readonly QueryField<bool> AllField = ApiQuery.Flag(
        "list_all_annotations",
        "Changes nothing: annotations of all users are listed anyway"
    );

    private static readonly QueryField<IReadOnlyList<StatusCode>> StatusesField = ApiQuery.Statuses(
        "statuses",
        "Only with one of these statuses, numbers or names; repeated or with commas between them"
    );

    private static readonly QueryField<IReadOnlyList<string>> UsersField = ApiQuery.List(
        "user_ids",
        "Only those written as one of these users"
    );

    private static readonly QueryField<IReadOnlyList<string>> InputsField = ApiQuery.List(
        "input_ids",
        "Only of these inputs"
    );

    private static readonly QueryField<IReadOnlyList<string>> ConceptsField = ApiQuery.List(
        "concept_ids",
        "Only of these concepts"
    );

    public static void MapAnnotations(this IEndpointRouteBuilder routes)
    {
        var annotations = routes.MapGroup("").WithTags("Annotations");
        annotations
            .MapPost("/annotations", CreateAsync)
            .Needs(Permission.Label)
            .Named(
                "PostAnnotations",
                "Create annotations",
                "One for each concept given: an item with three concepts is answered by three annotations."
            );
        annotations
            .MapGet("/annotations", ListAsync)
            .Needs(Permission.See)
            .Named("ListAnnotations", "List the app's annotations")
            .Takes(AllField, StatusesField, UsersField, InputsField, ConceptsField);
        annotations
            .MapPatch("/annotations", ChangeAsync)
            .Needs(Permission.Label)
            .Named(
                "PatchAnnotations",
                "Approve, reject or change annotations",
                "`status.code` 24150 approves and 24158 rejects, which needs the role reviewer; a concept with a "
                    + "value is your own label."
            );
        annotations
            .MapDelete("/annotations", DeleteManyAsync)
            .Needs(Permission.Review)
            .Named("DeleteAnnotations", "Delete annotations");
        annotations
            .MapGet(
                "/inputs/{input_id}/annotations",
                async (
                    ApiScope scope,
                    string input_id,
                    InputService inputs,
                    AnnotationService service,
                    CancellationToken ct
                ) =>
                {
                    var input = await inputs.GetAsync(scope.AppId, input_id, ct);
                    return new AnnotationsResponse([
                        .. (await service.OfInputsAsync([input.Id], ct))[input.Id].Select(a => Write(scope, a)),
                    ]);
                }
            )
            .Needs(Permission.See)
            .Named("ListInputAnnotations", "List an input's annotations");
        annotations
            .MapGet(
                "/inputs/{input_id}/annotations/{annotation_id}",
                async (
                    ApiScope scope,
                    string input_id,
                    string annotation_id,
                    AnnotationService service,
                    CancellationToken ct
                ) => new AnnotationResponse(Write(scope, await FindAsync(scope, service, input_id, annotation_id, ct)))
            )
            .Needs(Permission.See)
            .Named("GetAnnotation", "Get an annotation");
        annotations
            .MapDelete(
                "/inputs/{input_id}/annotations/{annotation_id}",
                async (
                    ApiScope scope,
                    string input_id,
                    string annotation_id,
                    AnnotationService service,
                    CancellationToken ct
                ) =>
                {
                    await FindAsync(scope, service, input_id, annotation_id, ct);
                    await service.DeleteAsync(scope.AppId, annotation_id, ct);
                    return new ApiResponse();
                }
            )
            .Needs(Permission.Review)
            .Named("DeleteAnnotation", "Delete an annotation");
    }

    public static AnnotationDto Write(ApiScope scope, AnnotationView a) =>
        new()
        {
            Id = a.ExternalId,
            InputId = a.InputExternalId,
            UserId = a.WrittenAs,
            Status = ApiStatus.Of(a.Status),
            Data = new DataDto
            {
                Concepts =
                [
                    new ConceptDto
                    {
                        Id = a.ConceptExternalId,
                        Name = a.ConceptName,
                        Value = a.Value ? 1 : 0,
                        Score = a.Score,
                        AppId = scope.App.ExternalId,
                    },
                ],
            },
            AnnotationInfo = a.Info is null ? [] : JsonNode.Parse(a.Info) as JsonObject,
            Origin = a.Origin.ToString().ToLowerInvariant(),
            WorkflowId = a.WorkflowExternalId,
            WorkflowVersionNumber = a.WorkflowVersionNumber,
            NodeId = a.NodeId,
            ReviewRequested = a.ReviewRequested ? true : null,
            ReviewedBy = a.ReviewedBy,
            ReviewedAt = a.ReviewedAt,
            CreatedAt = a.CreatedAt,
            ModifiedAt = a.ModifiedAt,
        };

    /// <summary>
    /// Each annotation given is written whole or not at all; one with three concepts is answered by three.
    /// </summary>
    private static async Task<AnnotationsResponse> CreateAsync(
        ApiScope scope,
        Body<AnnotationsRequest> body,
        AnnotationService service,
        InputService inputs,
        ConceptService concepts,
        CancellationToken ct
    )
    {
        var batch = await ApiBatch.RunAsync<AnnotationDto, IReadOnlyList<AnnotationDto>>(
            ApiBatch.Items(body.Value.Annotations, body.Value.Annotation, "annotations"),
            WriteAsync,
            (wanted, status) => [wanted with { Status = status }]
        );
        return new AnnotationsResponse([.. batch.Items.SelectMany(written => written)]) { Status = batch.Status };

        async Task<IReadOnlyList<AnnotationDto>> WriteAsync(AnnotationDto wanted)
        {
            var input = await inputs.GetAsync(scope.AppId, wanted.InputId ?? "", ct);
            var isMachine = wanted.Origin switch
            {
                null or "" or "human" => false,
                "import" => true,
                var other => throw new PortalException(
                    StatusCode.AnnotationInvalidArgument,
                    $"'origin' cannot be '{Text.Shown(other)}'. Use human, or import for what another tool's "
                        + $"machine said.",
                    "origin"
                ),
            };
            if (isMachine)
            {
                scope.Require(Permission.Exchange);
            }

            var rows = new List<NewAnnotation>();
            foreach (var concept in ConceptIds.Required(ApiBatch.Items(wanted.Data?.Concepts, null, "data.concepts")))
            {
                var conceptId = (await concepts.GetAsync(scope.AppId, concept.Id!, ct)).Id;
                rows.Add(
                    new NewAnnotation(
                        input.Id,
                        conceptId,
                        concept.IsPresent(),
                        wanted.Status?.Code ?? StatusCode.AnnotationSuccess,
                        wanted.AnnotationInfo?.ToJsonString(),
                        isMachine,
                        isMachine ? concept.Score : null
                    )
                );
            }
            return [.. (await service.WriteAsync(scope.AppId, scope.UserId, rows, ct)).Select(a => Write(scope, a))];
        }
    }

    /// <summary>
    /// <c>list_all_annotations</c> is taken and changes nothing: every annotation here is written as a user, so all are
    /// listed anyway.
    /// </summary>
    private static async Task<AnnotationsResponse> ListAsync(
        HttpContext context,
        ApiScope scope,
        ApiPage page,
        AnnotationService service,
        CancellationToken ct
    )
    {
        AllField.Read(context);
        var filter = new AnnotationFilter(
            StatusesField.Read(context),
            UsersField.Read(context),
            InputsField.Read(context),
            ConceptsField.Read(context)
        );
        var found = await service.ListAsync(scope.AppId, filter, page.After, page.Skip, page.Size + 1, ct);
        return new AnnotationsResponse([.. found.Take(page.Size).Select(a => Write(scope, a))])
        {
            NextPageToken = page.NextToken(found, a => a.Id),
        };
    }

    /// <summary>
    /// A status approves (24150) or rejects (24158); a concept with a value is the caller's own ✓ or ✗ on it.
    /// </summary>
    private static async Task<AnnotationsResponse> ChangeAsync(
        ApiScope scope,
        Body<AnnotationsRequest> body,
        AnnotationService service,
        DecisionService decisions,
        CancellationToken ct
    )
    {
        if (ApiAction.Parse(body.Value.Action) == PatchAction.Remove)
        {
            throw new PortalException(
                StatusCode.AnnotationInvalidArgument,
                "An annotation's fields cannot be removed. Use overwrite or merge, or DELETE for the "
                    + "annotation itself.",
                "action"
            );
        }

        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Annotations, body.Value.Annotation, "annotations"),
            ChangeOneAsync,
            (wanted, status) => wanted with { Status = status }
        );
        return new AnnotationsResponse(batch.Items) { Status = batch.Status };

        async Task<AnnotationDto> ChangeOneAsync(AnnotationDto wanted)
        {
            var annotation = wanted.InputId is null
                ? await service.GetAsync(scope.AppId, wanted.Id ?? "", ct)
                : await FindAsync(scope, service, wanted.InputId, wanted.Id ?? "", ct);
            if (wanted.Status?.Code is not null)
            {
                scope.Require(Permission.Review);
            }

            if (wanted.Data?.Concepts is { Count: > 0 } concepts)
            {
                if (concepts is not [{ } concept] || (concept.Id is { } id && id != annotation.ConceptExternalId))
                {
                    throw new PortalException(
                        StatusCode.AnnotationInvalidArgument,
                        $"This annotation is about the concept '{annotation.ConceptExternalId}' alone. POST a new "
                            + $"annotation for another concept.",
                        annotation.ExternalId
                    );
                }

                if (concept.IsPresent() != annotation.Value)
                {
                    await decisions.DecideAsync(
                        scope.AppId,
                        scope.UserId,
                        [new NewDecision(annotation.InputId, annotation.ConceptId, concept.IsPresent())],
                        ct
                    );
                }
            }
            if (wanted.Status?.Code is { } status)
            {
                await service.ChangeStatusAsync(scope.AppId, scope.UserId, annotation.ExternalId, status, ct);
            }

            return Write(scope, await service.GetAsync(scope.AppId, annotation.ExternalId, ct));
        }
    }

    private static async Task<ApiResponse> DeleteManyAsync(
        ApiScope scope,
        Body<AnnotationsRequest> body,
        AnnotationService service,
        CancellationToken ct
    )
    {
        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Ids, null, "ids"),
            async id =>
            {
                await service.DeleteAsync(scope.AppId, id, ct);
                return id;
            },
            (id, _) => id
        );
        return new ApiResponse { Status = batch.Status };
    }

    private static async Task<AnnotationView> FindAsync(
        ApiScope scope,
        AnnotationService service,
        string inputId,
        string annotationId,
        CancellationToken ct
    )
    {
        var annotation = await service.GetAsync(scope.AppId, annotationId, ct);
        return annotation.InputExternalId == inputId
            ? annotation
            : throw new PortalException(
                StatusCode.DoesNotExist,
                $"The input '{Text.Shown(inputId)}' has no annotation '{Text.Shown(annotationId)}'.",
                annotationId
            );
    }
}
