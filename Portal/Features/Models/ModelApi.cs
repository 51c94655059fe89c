using System.IO.Enumeration;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Services.Models;
using Portal.Features.Jobs;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Models;

/// <summary><c>models</c> and their versions</summary>
internal static class ModelApi
{
    private static readonly QueryField<string?> NameField = ApiQuery.Value(
        "name",
        "A name to look for; `*` stands for anything"
    );

    private static readonly QueryField<string?> TypeField = ApiQuery.Value("model_type_id", "The type of the models");

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/models").WithTags("Models");
        models.MapPost("", CreateAsync).Needs(Permission.ManageModels).Named("PostModels", "Create models");
        models
            .MapGet(
                "",
                async (
                    HttpContext context,
                    ApiScope scope,
                    ApiPage page,
                    ModelService service,
                    NodeTypeRegistry types,
                    ModelWriter writer,
                    CancellationToken ct
                ) =>
                    await FindAsync(
                        scope,
                        page,
                        NameField.Read(context),
                        TypeField.Read(context),
                        service,
                        types,
                        writer,
                        ct
                    )
            )
            .Needs(Permission.See)
            .Named("ListModels", "List the app's models")
            .Takes(NameField, TypeField);
        models
            .MapPost(
                "/searches",
                (
                    ApiScope scope,
                    ApiPage page,
                    Body<ModelsRequest> body,
                    ModelService service,
                    NodeTypeRegistry types,
                    ModelWriter writer,
                    CancellationToken ct
                ) =>
                    FindAsync(
                        scope,
                        page,
                        body.Value.ModelQuery?.Name,
                        body.Value.ModelQuery?.ModelTypeId ?? body.Value.ModelQuery?.Type,
                        service,
                        types,
                        writer,
                        ct
                    )
            )
            .Needs(Permission.See)
            .Named("PostModelsSearches", "Search models by name and type");
        models
            .MapPatch("", ChangeAsync)
            .Needs(Permission.ManageModels)
            .Named(
                "PatchModels",
                "Change models",
                "A type without training gets a new version at once; a change to a classifier counts from its next "
                    + "training."
            );
        models.MapDelete("", DeleteManyAsync).Needs(Permission.ManageModels).Named("DeleteModels", "Delete models");
        models
            .MapGet("/{model_id}", GetAsync)
            .Needs(Permission.See)
            .Named("GetModel", "Get a model with its latest version");
        models
            .MapGet("/{model_id}/output_info", GetAsync)
            .Needs(Permission.See)
            .Named("GetModelOutputInfo", "Get a model with its configuration");
        models
            .MapDelete(
                "/{model_id}",
                async (ApiScope scope, string model_id, ModelService service, CancellationToken ct) =>
                {
                    await service.DeleteAsync(scope.AppId, model_id, ct);
                    return new ApiResponse();
                }
            )
            .Needs(Permission.ManageModels)
            .Named("DeleteModel", "Delete a model");
        models
            .MapPost("/{model_id}/versions", TrainAsync)
            .Needs(Permission.ManageModels)
            .Named(
                "PostModelVersions",
                "Train a model",
                "The body, if there is one, is not read. Training runs as a job; `model_version.status.code` is "
                    + "21100 when it is done."
            );
        models
            .MapGet(
                "/{model_id}/versions",
                async (ApiScope scope, ApiPage page, string model_id, ModelService service, CancellationToken ct) =>
                    new ModelVersionsResponse([
                        .. page.Of((await service.GetAsync(scope.AppId, model_id, ct)).Versions)
                            .Select(ModelWriter.Write),
                    ])
            )
            .Needs(Permission.See)
            .Named("ListModelVersions", "List a model's versions");
        models
            .MapGet("/{model_id}/versions/{version_id}", GetVersionAsync)
            .Needs(Permission.See)
            .Named("GetModelVersion", "Get a version of a model");
        models
            .MapGet("/{model_id}/versions/{version_id}/output_info", GetVersionAsync)
            .Needs(Permission.See)
            .Named("GetModelVersionOutputInfo", "Get a version of a model with its configuration");
    }

    private static async Task<ModelsResponse> CreateAsync(
        ApiScope scope,
        Body<ModelsRequest> body,
        ModelService service,
        ModelWriter writer,
        CancellationToken ct
    )
    {
        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Models, body.Value.Model, "models", ApiLimits.MaxInputs),
            async wanted =>
            {
                var model = await service.CreateAsync(
                    scope.AppId,
                    scope.UserId,
                    wanted.Id,
                    wanted.Name,
                    ModelDrafts.TypeId(wanted),
                    ModelDrafts.Read(wanted.OutputInfo),
                    ct
                );
                return await writer.WriteAsync(scope, model, null, ct);
            },
            (wanted, _) => wanted
        );
        return Answer(body.Value, batch);
    }

    private static async Task<ModelsResponse> ChangeAsync(
        ApiScope scope,
        Body<ModelsRequest> body,
        ModelService service,
        ModelWriter writer,
        CancellationToken ct
    )
    {
        var action = ApiAction.Parse(body.Value.Action);
        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Models, body.Value.Model, "models", ApiLimits.MaxInputs),
            async wanted =>
            {
                // A change that speaks of no concepts leaves them alone, whatever the action.
                var meant = wanted.OutputInfo?.Data?.Concepts is null ? PatchAction.Merge : action;
                var draft = wanted.OutputInfo is null ? null : ModelDrafts.Read(wanted.OutputInfo);
                return await writer.WriteAsync(
                    scope,
                    await service.UpdateAsync(
                        scope.AppId,
                        scope.UserId,
                        wanted.Id ?? "",
                        wanted.Name,
                        draft,
                        meant,
                        ct
                    ),
                    null,
                    ct
                );
            },
            (wanted, _) => wanted
        );
        return Answer(body.Value, batch);
    }

    private static ModelsResponse Answer(ModelsRequest request, BatchOutcome<ModelDto> batch) =>
        new(batch.Items) { Status = batch.Status, Model = request.Models is null ? batch.Items[0] : null };

    private static async Task<ModelsResponse> FindAsync(
        ApiScope scope,
        ApiPage page,
        string? name,
        string? typeId,
        ModelService service,
        NodeTypeRegistry types,
        ModelWriter writer,
        CancellationToken ct
    )
    {
        var type = string.IsNullOrEmpty(typeId)
            ? null
            : types.Get(ModelDrafts.TypeId(new ModelDto { ModelTypeId = typeId }) ?? ContextBasedClassifier.Id);
        var found = (await service.ListAsync(scope.AppId, ct)).Where(m =>
            (type is null || m.Model.TypeId == type.TypeId)
            && (
                string.IsNullOrEmpty(name)
                || FileSystemName.MatchesSimpleExpression(name, m.Model.Name, ignoreCase: true)
            )
        );
        return new ModelsResponse(await writer.WriteAsync(scope, page.Of(found), ct));
    }

    private static async Task<ModelResponse> GetAsync(
        ApiScope scope,
        string model_id,
        ModelService service,
        ModelWriter writer,
        CancellationToken ct
    ) => new(await writer.WriteAsync(scope, await service.GetAsync(scope.AppId, model_id, ct), null, ct));

    private static async Task<ModelResponse> GetVersionAsync(
        ApiScope scope,
        string model_id,
        string version_id,
        ModelService service,
        ModelWriter writer,
        CancellationToken ct
    )
    {
        var version = await service.GetVersionAsync(scope.AppId, model_id, version_id, ct);
        var model = await service.GetAsync(scope.AppId, model_id, ct);
        return new ModelResponse(await writer.WriteAsync(scope, model, version, ct))
        {
            ModelVersion = ModelWriter.Write(version),
        };
    }

    /// <summary>Trains: the body, if there is one, says nothing that counts.</summary>
    private static async Task<ModelResponse> TrainAsync(
        ApiScope scope,
        string model_id,
        ModelService service,
        ModelWriter writer,
        CancellationToken ct
    )
    {
        var (version, job) = await service.TrainAsync(scope.AppId, scope.UserId, model_id, ct);
        var model = await service.GetAsync(scope.AppId, model_id, ct);
        return new ModelResponse(await writer.WriteAsync(scope, model, version, ct))
        {
            ModelVersion = ModelWriter.Write(version),
            Job = JobDto.Of(job),
        };
    }

    private static async Task<ApiResponse> DeleteManyAsync(
        ApiScope scope,
        Body<ModelsRequest> body,
        ModelService service,
        CancellationToken ct
    )
    {
        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Ids, null, "ids"),
            async id => (await service.DeleteAsync(scope.AppId, id, ct)).ExternalId,
            (id, _) => id
        );
        return new ApiResponse { Status = batch.Status };
    }
}
