using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;

namespace Portal.Features.Workflows;

/// <summary>
/// Settings of a node that were changed and not saved yet. The script carries them about, so that it can undo and copy
/// them, and draws what they say.
/// </summary>
public sealed record CanvasSettings(OutputDraft Output, string Detail, string Badge, string Tone)
{
    public static CanvasSettings Of(OutputDraft output, NodeType type, IReadOnlyList<Concept> concepts)
    {
        try
        {
            var keys = concepts.ToDictionary(c => c.ExternalId, c => c.Id);
            var summary = type.Describe(
                type.Normalise(
                    new OutputInfo(
                        [
                            .. output
                                .Concepts.Where(c => keys.ContainsKey(c.Id))
                                .Select(c => new OutputConcept(
                                    keys[c.Id],
                                    c.Value,
                                    c.TargetId is { } target ? keys.GetValueOrDefault(target) : null
                                )),
                        ],
                        output.Params
                    )
                )
            );
            return new CanvasSettings(
                output,
                $"changed · {summary.Detail}",
                summary.Badge,
                CanvasVersion.ToneOf(summary.Tone)
            );
        }
        catch (PortalException)
        {
            // What is wrong stands on the node as one of the graph's problems.
            return new CanvasSettings(output, "changed", "unfinished", "no");
        }
    }
}
