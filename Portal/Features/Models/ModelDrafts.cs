using System.Text.Json.Nodes;
using Portal.Core.Domain.Models;
using Portal.Features.Concepts;
using Portal.Shared.Api;

namespace Portal.Features.Models;

/// <summary>Reads a model's configuration out of every shape clients have sent it in.</summary>
internal static class ModelDrafts
{
    // What the type of a model of the user's own was called before types had ids.
    private const string LegacyClassifier = "concept";

    public static string? TypeId(ModelDto wanted)
    {
        var typeId = string.IsNullOrEmpty(wanted.ModelTypeId) ? wanted.OutputInfo?.Type : wanted.ModelTypeId;
        return string.IsNullOrEmpty(typeId) || typeId == LegacyClassifier ? null : typeId;
    }

    public static OutputDraft Read(OutputInfoDto? given) =>
        new(
            given?.Data?.Concepts is { Count: > 0 } concepts
                ?
                [
                    .. ConceptIds
                        .Required(ApiBatch.Items(concepts, null, "output_info.data.concepts"))
                        .Select(c => new DraftConcept(c.Id!, c.Value, c.TargetId)),
                ]
                : [],
            Params(given)
        );

    /// <summary>
    /// One flat object: <c>params</c> over <c>output_config</c> over <c>output_config.model_metadata</c>.
    /// </summary>
    private static JsonObject Params(OutputInfoDto? given)
    {
        var flat = new JsonObject();
        foreach (
            var source in new[]
            {
                given?.OutputConfig?["model_metadata"] as JsonObject,
                given?.OutputConfig,
                given?.Params,
            }
        )
        {
            foreach (var (key, value) in source ?? [])
            {
                if (key != "model_metadata")
                {
                    flat[key] = value?.DeepClone();
                }
            }
        }
        foreach (var (key, value) in given?.Params?["model_metadata"] as JsonObject ?? [])
        {
            flat[key] = value?.DeepClone();
        }

        return flat;
    }
}
