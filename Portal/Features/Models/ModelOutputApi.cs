using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Training;
using Portal.Features.Inputs;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Models;

/// <summary><c>models/{id}/outputs</c>: what one model says of pictures. Nothing is written.</summary>
internal static class ModelOutputApi
{
    public static void MapModelOutputs(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/models/{model_id}").WithTags("Models");
        models
            .MapPost(
                "/outputs",
                (
                    ApiScope scope,
                    string model_id,
                    Body<InputsRequest> body,
                    PredictionService predictions,
                    ModelWriter writer,
                    PictureSource pictures,
                    IdGenerator ids,
                    TimeProvider clock,
                    CancellationToken ct
                ) => PredictAsync(scope, model_id, null, body, predictions, writer, pictures, ids, clock, ct)
            )
            .Needs(Permission.See)
            .Named("PostModelOutputs", "Predict with a model", "Writes nothing.");
        models
            .MapPost("/versions/{version_id}/outputs", PredictAsync)
            .Needs(Permission.See)
            .Named("PostModelVersionOutputs", "Predict with a version of a model", "Writes nothing.");
    }

    private static async Task<OutputsResponse> PredictAsync(
        ApiScope scope,
        string model_id,
        string? version_id,
        Body<InputsRequest> body,
        PredictionService predictions,
        ModelWriter writer,
        PictureSource pictures,
        IdGenerator ids,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var predictor = await predictions.GetAsync(scope.AppId, model_id, version_id, ct);
        var wire = await writer.WriteAsync(scope, predictor.Model, predictor.Version, ct);
        var known = await writer.ConceptsAsync(scope, ct);
        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Inputs, body.Value.Input, "inputs", ApiLimits.MaxInputs),
            async wanted =>
            {
                var picture = await pictures.EmbedAsync(scope, wanted, predictor.Past is { } past ? [past] : [], ct);
                var data = predictor.Embeds
                    ? new DataDto
                    {
                        Embeddings =
                        [
                            new EmbeddingDto([.. picture.Vector.Select(value => (float)value)], picture.Vector.Length),
                        ],
                    }
                    : ModelWriter.Write(
                        scope,
                        predictor.Predict(
                            picture.InputId,
                            predictor.Past is { } use ? picture.Past[use.EmbedderId] : picture.Vector
                        ),
                        known
                    );
                return Output(ApiStatus.Ok) with { Input = PictureSource.Echo(wanted), Data = data };
            },
            (wanted, status) => Output(status) with { Input = PictureSource.Echo(wanted) }
        );
        return new OutputsResponse(batch.Items) { Status = batch.Status };

        OutputDto Output(ApiStatus status) =>
            new()
            {
                Id = ids.NewId(),
                Status = status,
                CreatedAt = clock.GetUtcNow().UtcDateTime,
                Model = wire,
            };
    }
}
