using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Concepts;
using Portal.Core.Errors;
using Portal.Core.Models;
using Portal.Core.Workflows;
using Portal.Core.Workflows.Nodes;

namespace Portal.Features.Models;

/// <summary>A model's settings while a person edits them: what every type needs, side by side, so that trying another type loses nothing.</summary>
public sealed class ModelDraft
{
    public const double FirstThreshold = 0.8;

    public string TypeId { get; set; } = ContextBasedClassifier.Id;
    public string Name { get; set; } = "";
    public string Id { get; set; } = "";

    public bool MutuallyExclusive { get; set; }
    public bool ClosedEnvironment { get; set; }
    public bool PeopleOnly { get; set; }

    public ThresholdOperator Operator { get; set; } = ThresholdOperator.GreaterThan;
    public bool FilterOtherConcepts { get; set; } = true;

    public StatusCode WriteStatus { get; set; } = StatusCode.AnnotationSuccess;
    public string WriteAs { get; set; } = "";

    /// <summary>A JSON object as text, or empty.</summary>
    public string WriteInfo { get; set; } = "";

    /// <summary>The chosen concepts by id, each with its threshold, 0 to 1 (used by a thresholder only).</summary>
    public Dictionary<string, double> Concepts { get; } = new(StringComparer.Ordinal);

    /// <summary>The draft of an existing model. Concepts that were deleted since are left out.</summary>
    public static ModelDraft Of(ModelView view, IReadOnlyList<Concept> concepts)
    {
        var (output, parameters) = (view.Output, view.Output.Params);
        var draft = new ModelDraft { TypeId = view.Model.TypeId, Name = view.Model.Name, Id = view.Model.ExternalId };
        foreach (var chosen in output.Concepts)
        {
            if (concepts.FirstOrDefault(c => c.Id == chosen.ConceptId) is { } concept) draft.Concepts[concept.ExternalId] = chosen.Value ?? FirstThreshold;
        }
        switch (view.Model.TypeId)
        {
            case ContextBasedClassifier.Id:
                var settings = ClassifierSettings.Read(parameters);
                (draft.MutuallyExclusive, draft.ClosedEnvironment, draft.PeopleOnly) = (settings.MutuallyExclusive, settings.ClosedEnvironment, settings.PeopleOnly);
                break;
            case ConceptThresholder.Id:
                draft.Operator = (ThresholdOperator)parameters[ConceptThresholder.OperatorKey]!.GetValue<int>();
                draft.FilterOtherConcepts = parameters[ConceptThresholder.FilterKey]!.GetValue<bool>();
                break;
            case AnnotationWriter.Id:
                draft.WriteStatus = (StatusCode)parameters[AnnotationWriter.StatusKey]!.GetValue<int>();
                draft.WriteAs = parameters[AnnotationWriter.UserKey]!.GetValue<string>();
                draft.WriteInfo = parameters[AnnotationWriter.InfoKey]?.ToJsonString() ?? "";
                break;
        }
        return draft;
    }

    /// <exception cref="PortalException"><see cref="WriteInfo"/> is no JSON object.</exception>
    public OutputDraft ToOutput() => TypeId switch
    {
        ContextBasedClassifier.Id => new OutputDraft(
            [.. Concepts.Keys.Select(id => new DraftConcept(id))], new ClassifierSettings(MutuallyExclusive, ClosedEnvironment, PeopleOnly).ToParams()),
        ConceptThresholder.Id => new OutputDraft(
            [.. Concepts.Select(c => new DraftConcept(c.Key, c.Value))], ConceptThresholder.Params(Operator, FilterOtherConcepts)),
        AnnotationWriter.Id => new OutputDraft([], AnnotationWriter.Params(WriteStatus, WriteAs, Info())),
        _ => OutputDraft.Empty,
    };

    private JsonObject? Info()
    {
        if (string.IsNullOrWhiteSpace(WriteInfo)) return null;
        try
        {
            if (JsonNode.Parse(WriteInfo) is JsonObject info) return info;
        }
        catch (JsonException)
        {
            // Refused below, as is JSON that is no object.
        }
        throw new PortalException(StatusCode.ModelInvalidArgument,
            $"{AnnotationWriter.InfoKey} is not a JSON object. Write one such as {{\"source\": \"auto\"}}, or leave it empty.");
    }
}
