using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;

namespace Portal.Features.Workflows;

/// <summary>A model version in the words of a card.</summary>
/// <param name="Detail">What matters of the version, for example "v2 · 5 concepts".</param>
/// <param name="Badge">Its state or effect in a word, for example "&gt; 0.80".</param>
/// <param name="Tone">The badge's class: ok, wait, bad or no.</param>
public sealed record CanvasVersion(string Id, bool IsTrained, string Detail, string Badge, string Tone)
{
    public static string ToneOf(SummaryTone tone) =>
        tone switch
        {
            SummaryTone.Settled => "ok",
            SummaryTone.Waiting => "wait",
            _ => "no",
        };

    public static CanvasVersion Of(ModelVersionView version, NodeType type)
    {
        var isTrained = version.Status == StatusCode.ModelTrained;
        var summary = type.Describe(version.Output);
        return new CanvasVersion(
            version.ExternalId,
            isTrained,
            $"v{version.Number} · {summary.Detail}",
            isTrained ? summary.Badge : "not trained",
            isTrained ? ToneOf(summary.Tone) : "no"
        );
    }
}
