using System.Text.Json.Nodes;

namespace Portal.Core.Workflows;

/// <summary>What a model version was configured with: Clarifai's <c>output_info</c>, its concept ids resolved to internal keys. Stored as JSON.</summary>
public sealed record OutputInfo(IReadOnlyList<OutputConcept> Concepts, JsonObject Params)
{
    /// <summary>A fresh instance each time, because a <see cref="JsonObject"/> can be changed.</summary>
    public static OutputInfo Empty => new([], []);
}
