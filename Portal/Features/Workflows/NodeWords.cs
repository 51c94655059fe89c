using System.Globalization;
using Portal.Core.Errors;
using Portal.Core.Models;
using Portal.Core.Workflows;
using Portal.Core.Workflows.Nodes;
using Portal.Features.Models;
using Portal.Shared.Components;

namespace Portal.Features.Workflows;

/// <summary>Nodes, graphs and what they write, in words.</summary>
public static class NodeWords
{
    /// <summary>What a node does with the settings of its model version, for example "passes scores &gt; 0.80 of 5 concepts".</summary>
    public static string Of(string typeId, OutputInfo output) => typeId switch
    {
        ContextBasedClassifier.Id => $"scores {Concepts(output.Concepts.Count)}",
        ConceptThresholder.Id => $"passes scores {Threshold(output)} of {Concepts(output.Concepts.Count)}",
        AnnotationWriter.Id => $"writes {StatusName(WrittenStatus(output))} as {output.Params[AnnotationWriter.UserKey]}",
        VisualEmbedder.Id => "turns the picture into a vector",
        _ => "",
    };

    /// <summary>The same on a card of the canvas: a line, and a badge with its class.</summary>
    public static (string Detail, string Badge, string Tone) Card(string typeId, OutputInfo output, bool isTrained) => typeId switch
    {
        ContextBasedClassifier.Id => (Concepts(output.Concepts.Count), isTrained ? "trained" : "not trained", isTrained ? "ok" : "no"),
        ConceptThresholder.Id => (Concepts(output.Concepts.Count), Threshold(output), "no"),
        AnnotationWriter.Id => ($"as {output.Params[AnnotationWriter.UserKey]}", StatusName(WrittenStatus(output)), MarkOf(WrittenStatus(output)) == Mark.Success ? "ok" : "wait"),
        _ => (Of(typeId, output), "built in", "no"),
    };

    /// <summary>A problem of a node in two or three words. The codes are those of <see cref="GraphValidator"/>.</summary>
    public static string Problem(string code, int count) => code switch
    {
        "score-gap" => count == 1 ? "1 gap" : string.Create(CultureInfo.CurrentCulture, $"{count:N0} gaps"),
        "missing-input" => "no input",
        "untrained-model" => "not trained",
        "no-writer" => "nothing reads it",
        "unknown-concept" => "idle threshold",
        "unknown-user" => "unknown user",
        "type-mismatch" => "wrong input",
        "cycle" => "in a cycle",
        "duplicate-node" => "same id twice",
        _ => "problem",
    };

    /// <summary>A whole version in one line, for example "park v2 → 3 thresholders → writes SUCCESS, PENDING".</summary>
    public static string Of(WorkflowVersionView version, IReadOnlyList<ModelView> models)
    {
        var classifiers = version.Nodes.Where(n => n.ModelTypeId == ContextBasedClassifier.Id).Select(n => $"{n.ModelName} v{n.ModelVersionNumber}").ToList();
        var thresholders = version.Nodes.Count(n => n.ModelTypeId == ConceptThresholder.Id);
        var written = version.Nodes.Where(n => n.ModelTypeId == AnnotationWriter.Id)
            .Select(n => models.FirstOrDefault(m => m.Model.ExternalId == n.ModelId)?.Versions.FirstOrDefault(v => v.ExternalId == n.ModelVersionId))
            .OfType<ModelVersionView>().Select(v => StatusName(WrittenStatus(v.Output))).Distinct().ToList();
        string[] parts =
        [
            string.Join(", ", classifiers),
            thresholders switch { 0 => "", 1 => "1 thresholder", _ => $"{thresholders} thresholders" },
            written.Count == 0 ? "writes nothing" : $"writes {string.Join(", ", written)}",
        ];
        return string.Join(" → ", parts.Where(p => p.Length > 0));
    }

    /// <summary>The status without the API's prefix, for example <c>SUCCESS</c>.</summary>
    public static string StatusName(StatusCode status) => status switch
    {
        StatusCode.AnnotationSuccess => "SUCCESS",
        StatusCode.AnnotationPending => "PENDING",
        StatusCode.AnnotationAwaitingReview => "AWAITING_REVIEW",
        StatusCode.AnnotationAwaitingConsensusReview => "AWAITING_CONSENSUS_REVIEW",
        _ => status.ToString(),
    };

    public static Mark MarkOf(StatusCode status) => status == StatusCode.AnnotationSuccess ? Mark.Success : Mark.Pending;

    private static StatusCode WrittenStatus(OutputInfo output) => (StatusCode)output.Params[AnnotationWriter.StatusKey]!.GetValue<int>();

    private static string Threshold(OutputInfo output)
    {
        var symbol = ModelWords.Symbol((ThresholdOperator)output.Params[ConceptThresholder.OperatorKey]!.GetValue<int>());
        var values = output.Concepts.Select(c => c.Value).OfType<double>().ToList();
        if (values.Count == 0) return symbol;
        var (least, most) = (values.Min(), values.Max());
        return least == most
            ? string.Create(CultureInfo.CurrentCulture, $"{symbol} {least:0.00#}")
            : string.Create(CultureInfo.CurrentCulture, $"{symbol} {least:0.00#} … {most:0.00#}");
    }

    private static string Concepts(int count) => count == 1 ? "1 concept" : $"{count.ToString("N0", CultureInfo.CurrentCulture)} concepts";
}
