using Portal.Core.Domain.Workflows.Graph;

namespace Portal.Features.Workflows;

/// <summary>
/// What the canvas' script needs to refuse an edge or a node by itself, in the words of the checks on the server.
/// </summary>
/// <param name="Ports">What flows through a port, by the name of its <see cref="PortType"/>.</param>
public sealed record CanvasRules(
    int MaxNodes,
    string TooManyNodes,
    string Cycle,
    string TypeMismatch,
    string DuplicateInput,
    IReadOnlyDictionary<string, string> Ports
)
{
    public static readonly CanvasRules All = new(
        GraphTexts.MaxNodes,
        GraphTexts.TooManyNodes,
        GraphTexts.Cycle,
        GraphTexts.TypeMismatch,
        GraphTexts.DuplicateInput,
        Enum.GetValues<PortType>().ToDictionary(port => port.ToString(), GraphTexts.Of)
    );
}
