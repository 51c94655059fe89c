using System.Text.Json.Nodes;
using Portal.Core.Domain.Workflows.Parameters;

namespace Portal.Core.Domain.Workflows.Nodes;

/// <summary>A Context-Based Classifier's parameters.</summary>
/// <param name="MutuallyExclusive">An input holds at most one of the concepts: one softmax instead of a sigmoid for
/// each.</param>
/// <param name="ClosedEnvironment">With <paramref name="MutuallyExclusive"/>: every input holds one of them, so there
/// is no "none of these".</param>
/// <param name="PeopleOnly">Train on people's labels alone, leaving out what workflows wrote.</param>
public sealed record ClassifierSettings(bool MutuallyExclusive, bool ClosedEnvironment, bool PeopleOnly)
{
    private static readonly SwitchParameter s_exclusive = new(
        "concepts_mutually_exclusive",
        "An input shows at most one of the concepts",
        "Off: each concept is scored on its own, so a picture can show several. On: the scores compete, and add up "
            + "to 1 at most.",
        false
    );

    private static readonly SwitchParameter s_closed = new(
        "closed_environment",
        "Every input shows one of them",
        "On: there is no “none of these”. Pictures that show none of the concepts are left out of training.",
        false
    )
    {
        OnlyWith = s_exclusive,
    };

    private static readonly SwitchParameter s_people = new(
        "people_only",
        "Learn from people’s labels only",
        "Off: tags a workflow wrote as SUCCESS teach the model too. On: only what people said counts.",
        false
    );

    public static IReadOnlyList<NodeParameter> Parameters { get; } = [s_exclusive, s_closed, s_people];

    public static ClassifierSettings Read(JsonObject parameters) =>
        new(s_exclusive.Read(parameters), s_closed.Read(parameters), s_people.Read(parameters));
}
