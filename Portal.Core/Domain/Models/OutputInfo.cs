using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Core.Domain.Models;

/// <summary>
/// What a model version was configured with: Clarifai's <c>output_info</c>, its concept ids resolved to internal keys.
/// Stored as JSON.
/// </summary>
public sealed record OutputInfo(IReadOnlyList<OutputConcept> Concepts, JsonObject Params)
{
    /// <summary>A fresh instance each time, because a <see cref="JsonObject"/> can be changed.</summary>
    public static OutputInfo Empty => new([], []);

    public string ToJson() => JsonSerializer.Serialize(this);

    /// <exception cref="JsonException">The text is not what <see cref="ToJson"/> wrote.</exception>
    public static OutputInfo FromJson(string json) =>
        JsonSerializer.Deserialize<OutputInfo>(json) ?? throw new JsonException("The stored output info is null.");
}
