using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Services.Concepts;
using Portal.Features.Concepts;
using Portal.Features.Inputs;
using Portal.Shared.Api;

namespace Portal.Features.Models;

/// <summary>Writes models and what they say as the wire has them: concepts by the ids people see.</summary>
internal sealed class ModelWriter(ConceptService concepts)
{
    public async Task<IReadOnlyList<ModelDto>> WriteAsync(
        ApiScope scope,
        IEnumerable<ModelView> models,
        CancellationToken ct
    )
    {
        var known = await ConceptsAsync(scope, ct);
        return [.. models.Select(model => Write(scope, model, model.Latest, model.Output, known))];
    }

    /// <param name="version">The version the answer is about; null for the latest, with the model's present
    /// configuration.</param>
    public async Task<ModelDto> WriteAsync(
        ApiScope scope,
        ModelView model,
        ModelVersionView? version,
        CancellationToken ct
    ) => Write(scope, model, version ?? model.Latest, version?.Output ?? model.Output, await ConceptsAsync(scope, ct));

    public static ModelVersionDto Write(ModelVersionView version) =>
        new()
        {
            Id = version.ExternalId,
            Number = version.Number,
            Status = ApiStatus.Of(version.Status, version.StatusDetail),
            ActiveConceptCount = version.Output.Concepts.Count,
            TotalInputCount = version.Summary?.Inputs,
            TrainStats = version.Summary,
            CreatedAt = version.CreatedAt,
            CompletedAt = version.TrainedAt,
        };

    /// <summary>The app's concepts by internal key; a deleted one is not named any more.</summary>
    public async Task<IReadOnlyDictionary<long, Concept>> ConceptsAsync(ApiScope scope, CancellationToken ct) =>
        (await concepts.ListAsync(scope.AppId, ct)).ToDictionary(c => c.Id);

    public static DataDto Write(
        ApiScope scope,
        IReadOnlyList<ConceptScore> scores,
        IReadOnlyDictionary<long, Concept> known
    ) =>
        new()
        {
            Concepts =
            [
                .. scores
                    .Where(s => known.ContainsKey(s.ConceptId))
                    .Select(s => Name(scope, known[s.ConceptId], s.Score)),
            ],
        };

    private static ModelDto Write(
        ApiScope scope,
        ModelView model,
        ModelVersionView? version,
        OutputInfo output,
        IReadOnlyDictionary<long, Concept> known
    ) =>
        new()
        {
            Id = model.Model.ExternalId,
            Name = model.Model.Name,
            ModelTypeId = model.Model.TypeId,
            AppId = scope.App.ExternalId,
            UserId = scope.OwnerId,
            CreatedAt = model.Model.CreatedAt,
            ModifiedAt = model.Model.ModifiedAt,
            ModelVersion = version is null ? null : Write(version),
            OutputInfo = new OutputInfoDto
            {
                Type = model.Model.TypeId,
                Data = new DataDto
                {
                    Concepts =
                    [
                        .. output
                            .Concepts.Where(c => known.ContainsKey(c.ConceptId))
                            .Select(c =>
                                Name(scope, known[c.ConceptId], c.Value) with
                                {
                                    TargetId = c.TargetId is { } target
                                        ? known.GetValueOrDefault(target)?.ExternalId
                                        : null,
                                }
                            ),
                    ],
                },
                Params = output.Params,
                OutputConfig = output.Params,
            },
        };

    private static ConceptDto Name(ApiScope scope, Concept concept, double? value) =>
        new()
        {
            Id = concept.ExternalId,
            Name = concept.Name,
            Value = value,
            AppId = scope.App.ExternalId,
        };
}
