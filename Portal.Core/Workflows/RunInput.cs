using System.Text.Json.Nodes;

namespace Portal.Core.Workflows;

/// <summary>
/// The input a workflow runs on. The embedding is the stored half-precision vector, so that a rerun sees the same numbers.
/// </summary>
/// <param name="Media">Null for a picture that is no input.</param>
public sealed record RunInput(long InputId, string InputExternalId, ReadOnlyMemory<Half> Embedding, JsonObject? Metadata = null, InputMedia? Media = null);
