using System.Text.Json.Nodes;

namespace Portal.Core.Domain.Models;

/// <summary>A model's configuration as people and clients give it: concepts by id.</summary>
public sealed record OutputDraft(IReadOnlyList<DraftConcept> Concepts, JsonObject Params)
{
    public static OutputDraft Empty => new([], []);
}

/// <param name="Id">A concept of the app.</param>
/// <param name="Value">A threshold, 0 to 1, where the type has thresholds.</param>
/// <param name="TargetId">The concept it becomes, where the type maps concepts.</param>
public sealed record DraftConcept(string Id, double? Value = null, string? TargetId = null);
