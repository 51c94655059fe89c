using System.Text.Json.Nodes;

namespace Portal.Core.Workflows.Nodes;

/// <summary>A Context-Based Classifier's parameters.</summary>
/// <param name="MutuallyExclusive">An input holds at most one of the concepts: one softmax instead of a sigmoid for each.</param>
/// <param name="ClosedEnvironment">With <paramref name="MutuallyExclusive"/>: every input holds one of them, so there is no "none of
/// these".</param>
/// <param name="PeopleOnly">Train on people's labels alone, leaving out what workflows wrote.</param>
public sealed record ClassifierSettings(bool MutuallyExclusive, bool ClosedEnvironment, bool PeopleOnly)
{
    public const string ExclusiveKey = "concepts_mutually_exclusive";
    public const string ClosedKey = "closed_environment";
    public const string PeopleKey = "people_only";

    public static ClassifierSettings Read(JsonObject parameters) => new(
        NodeParameters.Flag(parameters, ExclusiveKey, false),
        NodeParameters.Flag(parameters, ClosedKey, false),
        NodeParameters.Flag(parameters, PeopleKey, false));

    public JsonObject ToParams() => new()
    {
        [ExclusiveKey] = MutuallyExclusive,
        [ClosedKey] = ClosedEnvironment,
        [PeopleKey] = PeopleOnly,
    };
}
