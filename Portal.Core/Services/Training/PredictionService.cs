using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Models;
using Portal.Core.Services.Runs;

namespace Portal.Core.Services.Training;

/// <summary>A model version that can be asked about pictures.</summary>
/// <param name="Embeds">The answer is the picture's vector itself, not concepts.</param>
/// <param name="Past">The earlier embedder whose vectors it reads; null: the current one's.</param>
public sealed record Predictor(
    ModelView Model,
    ModelVersionView Version,
    bool Embeds,
    INodeOperator Operator,
    PastEmbedderUse? Past
)
{
    /// <summary>The version's concepts with their scores, the highest first; empty for an embedder.</summary>
    /// <param name="vector">A vector of the embedder that <see cref="Past"/> names.</param>
    public IReadOnlyList<ConceptScore> Predict(string inputId, Half[] vector) =>
        [
            .. Operator
                .Run(new NodeInput(Model.Model.ExternalId, new RunInput(0, inputId, vector), []))
                .Concepts.OrderByDescending(c => c.Score),
        ];
}

/// <summary>Asks one model about pictures; several joined are a workflow.</summary>
public sealed class PredictionService(
    IDbContextFactory<PortalDbContext> contexts,
    ModelService models,
    NodeTypeRegistry types,
    EmbeddingStore embeddings
)
{
    /// <param name="versionId">A version, or null for the latest trained one.</param>
    /// <exception cref="PortalException">There is no such version, it is not trained, or its type answers no
    /// pictures.</exception>
    public async Task<Predictor> GetAsync(long appId, string modelId, string? versionId, CancellationToken ct)
    {
        var model = await models.GetAsync(appId, modelId, ct);
        var type = types.Get(model.Model.TypeId);
        if (type.Input == PortType.Concepts)
        {
            throw new PortalException(
                StatusCode.ModelInvalidArgument,
                $"'{model.Model.Name}' is a {type.DisplayName}, which works on another model's concepts. Put both "
                    + $"into a workflow and ask for its results.",
                modelId
            );
        }

        var version = versionId is null
            ? model.LatestTrained
            : await models.GetVersionAsync(appId, modelId, versionId, ct);
        if (version is not { Status: StatusCode.ModelTrained })
        {
            throw new PortalException(
                StatusCode.ModelUntrained,
                $"The model '{modelId}' is not trained. Train it first.",
                modelId
            );
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        var spec = (await WorkflowCatalog.SpecsAsync(db, [version.Id], ct))[version.Id];
        var past = await WorkflowCatalog.PastAsync(db, [version.Id], await embeddings.EmbedderIdAsync(ct), ct);
        return new Predictor(
            model,
            version,
            type.Output == PortType.Embedding,
            type.Bind(spec),
            past is [var use] ? use : null
        );
    }
}
