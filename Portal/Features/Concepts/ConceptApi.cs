using System.IO.Enumeration;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Models;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Concepts;

/// <summary><c>concepts</c></summary>
internal static class ConceptApi
{
    public static void MapConcepts(this IEndpointRouteBuilder routes)
    {
        var concepts = routes.MapGroup("/concepts").WithTags("Concepts");
        concepts
            .MapPost("", CreateAsync)
            .Needs(Permission.ManageConcepts)
            .Named("PostConcepts", "Create concepts", "All or none.");
        concepts
            .MapGet(
                "",
                async (ApiScope scope, ApiPage page, ConceptService service, CancellationToken ct) =>
                    new ConceptsResponse([
                        .. page.Of(await service.ListAsync(scope.AppId, ct))
                            .Select(c => ConceptDto.Of(c, scope.App.ExternalId)),
                    ])
            )
            .Needs(Permission.See)
            .Named("ListConcepts", "List the app's concepts");
        concepts.MapPatch("", ChangeAsync).Needs(Permission.ManageConcepts).Named("PatchConcepts", "Change concepts");
        concepts
            .MapDelete("", DeleteManyAsync)
            .Needs(Permission.ManageConcepts)
            .Named("DeleteConcepts", "Delete concepts");
        concepts
            .MapPost("/searches", SearchAsync)
            .Needs(Permission.See)
            .Named("PostConceptsSearches", "Search concepts by name");
        concepts
            .MapGet(
                "/{concept_id}",
                async (ApiScope scope, string concept_id, ConceptService service, CancellationToken ct) =>
                    new ConceptResponse(
                        ConceptDto.Of(await service.GetAsync(scope.AppId, concept_id, ct), scope.App.ExternalId)
                    )
            )
            .Needs(Permission.See)
            .Named("GetConcept", "Get a concept");
        concepts
            .MapDelete(
                "/{concept_id}",
                async (ApiScope scope, string concept_id, ConceptService service, CancellationToken ct) =>
                {
                    await service.DeleteAsync(scope.AppId, concept_id, ct);
                    return new ApiResponse();
                }
            )
            .Needs(Permission.ManageConcepts)
            .Named("DeleteConcept", "Delete a concept");
    }

    private static async Task<ConceptsResponse> CreateAsync(
        ApiScope scope,
        Body<ConceptsRequest> body,
        ConceptService service,
        CancellationToken ct
    )
    {
        var wanted = ApiBatch.Items(body.Value.Concepts, body.Value.Concept, "concepts");
        var rows = await service.CreateAsync(
            scope.AppId,
            [.. wanted.Select(c => new NewConcept(c.Id, c.Name, c.Color, c.Hotkey))],
            ct
        );
        return new ConceptsResponse([.. rows.Select(c => ConceptDto.Of(c, scope.App.ExternalId))]);
    }

    private static async Task<ConceptsResponse> ChangeAsync(
        ApiScope scope,
        Body<ConceptsRequest> body,
        ConceptService service,
        CancellationToken ct
    )
    {
        if (ApiAction.Parse(body.Value.Action) == PatchAction.Remove)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                "A concept's fields cannot be removed. Use overwrite or merge, or DELETE for the concept itself.",
                "action"
            );
        }

        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Concepts, body.Value.Concept, "concepts"),
            async c =>
                ConceptDto.Of(
                    await service.UpdateAsync(scope.AppId, c.Id ?? "", c.Name, c.Color, c.Hotkey, ct),
                    scope.App.ExternalId
                ),
            (c, _) => c
        );
        return new ConceptsResponse(batch.Items) { Status = batch.Status };
    }

    private static async Task<ApiResponse> DeleteManyAsync(
        ApiScope scope,
        Body<ConceptsRequest> body,
        ConceptService service,
        CancellationToken ct
    )
    {
        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Ids, null, "ids"),
            id => service.DeleteAsync(scope.AppId, id, ct),
            (_, _) => null!
        );
        return new ApiResponse { Status = batch.Status };
    }

    private static async Task<ConceptsResponse> SearchAsync(
        ApiScope scope,
        ApiPage page,
        Body<ConceptsRequest> body,
        ConceptService service,
        CancellationToken ct
    )
    {
        var name = body.Value.ConceptQuery?.Name ?? "*";
        var found = (await service.ListAsync(scope.AppId, ct)).Where(c =>
            FileSystemName.MatchesSimpleExpression(name, c.Name, ignoreCase: true)
        );
        return new ConceptsResponse([.. page.Of(found).Select(c => ConceptDto.Of(c, scope.App.ExternalId))]);
    }
}
