using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Parameters;

namespace Portal.Features.Models;

/// <summary>
/// A model's settings while a person edits them. What was entered for one type stays while another is tried.
/// </summary>
public sealed class ModelDraft(NodeType type)
{
    public const double FirstThreshold = 0.8;
    private readonly Dictionary<string, JsonNode?> _values = new(StringComparer.Ordinal);

    public NodeType Type { get; set; } = type;
    public string Name { get; set; } = "";
    public string Id { get; set; } = "";

    /// <summary>The chosen concepts by id, each with its threshold, 0 to 1, where the type has thresholds.</summary>
    public Dictionary<string, double> Concepts { get; } = new(StringComparer.Ordinal);

    /// <summary>The concepts that chosen ones become, by id, where the type maps concepts.</summary>
    public Dictionary<string, string> Targets { get; } = new(StringComparer.Ordinal);

    /// <summary>A parameter's value; of an <see cref="ObjectParameter"/>, the text that was typed.</summary>
    public JsonNode? this[NodeParameter parameter]
    {
        get => _values.TryGetValue(parameter.Key, out var value) ? value : parameter.Suggested;
        set => _values[parameter.Key] = value;
    }

    /// <summary>The draft of a model's settings. Concepts that were deleted since are left out.</summary>
    public static ModelDraft Of(NodeType type, OutputInfo output, IReadOnlyList<Concept> concepts)
    {
        var ids = concepts.ToDictionary(c => c.Id, c => c.ExternalId);
        return Of(
            type,
            new OutputDraft(
                [
                    .. output
                        .Concepts.Where(c => ids.ContainsKey(c.ConceptId))
                        .Select(c => new DraftConcept(
                            ids[c.ConceptId],
                            c.Value,
                            c.TargetId is { } target ? ids.GetValueOrDefault(target) : null
                        )),
                ],
                output.Params
            )
        );
    }

    public static ModelDraft Of(NodeType type, OutputDraft output)
    {
        var draft = new ModelDraft(type);
        foreach (var concept in output.Concepts)
        {
            draft.Concepts[concept.Id] = concept.Value ?? FirstThreshold;
            if (concept.TargetId is { } target)
            {
                draft.Targets[concept.Id] = target;
            }
        }
        foreach (var parameter in type.Parameters)
        {
            var value = output.Params[parameter.Key];
            draft[parameter] = parameter is ObjectParameter ? value?.ToJsonString() ?? "" : value?.DeepClone();
        }
        return draft;
    }

    /// <summary>Whether a parameter matters as the others are set.</summary>
    public bool IsShown(NodeParameter parameter) =>
        parameter.OnlyWith is not { } condition || this[condition]!.GetValue<bool>();

    /// <exception cref="PortalException">A text that should be a JSON object is none.</exception>
    public OutputDraft ToOutput()
    {
        var parameters = new JsonObject();
        foreach (var parameter in Type.Parameters)
        {
            var value =
                parameter is ObjectParameter
                    ? Parse(parameter.Key, this[parameter]?.GetValue<string>())
                    : this[parameter]?.DeepClone();
            if (value is not null)
            {
                parameters[parameter.Key] = value;
            }
        }
        return new OutputDraft(
            Type.Concepts is ConceptUse.None
                ? []
                :
                [
                    .. Concepts.Select(c =>
                        Type.Concepts switch
                        {
                            ConceptUse.WithThreshold => new DraftConcept(c.Key, c.Value),
                            ConceptUse.WithTarget => new DraftConcept(c.Key, null, Targets.GetValueOrDefault(c.Key)),
                            _ => new DraftConcept(c.Key),
                        }
                    ),
                ],
            parameters
        );
    }

    private static JsonObject? Parse(string key, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            if (JsonNode.Parse(text) is JsonObject parsed)
            {
                return parsed;
            }
        }
        catch (JsonException)
        {
            // Refused below, as is JSON that is no object.
        }
        throw new PortalException(
            StatusCode.ModelInvalidArgument,
            $"{key} is not a JSON object. Write one such as {{\"source\": \"auto\"}}, or leave it empty."
        );
    }
}
