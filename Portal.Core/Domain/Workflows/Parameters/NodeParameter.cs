using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Workflows.Parameters;

/// <summary>
/// One parameter of a node type: its name in the API, its meaning in words, and how it is read. The API reads and
/// stores it and pages edit it by this description alone.
/// </summary>
/// <param name="Key">The name in <c>params</c>.</param>
/// <param name="Label">What it means, as the label of a field.</param>
/// <param name="Hint">What else to know, or null.</param>
public abstract record NodeParameter(string Key, string Label, string? Hint)
{
    /// <summary>The switch that has to be on for this parameter to matter; null where it always does.</summary>
    public SwitchParameter? OnlyWith { get; init; }

    /// <summary>What a form begins with, or null.</summary>
    public virtual JsonNode? Suggested => null;

    /// <summary>The one form that is stored, from any accepted spelling; null where nothing is.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.ModelInvalidArgument"/>: it is missing or
    /// wrong.</exception>
    public abstract JsonNode? Normalise(JsonObject parameters);

    /// <summary>The value in words.</summary>
    /// <param name="parameters">In normal form.</param>
    public abstract string Show(JsonObject parameters);

    /// <summary>What was given at the top or, as older clients send it, under <c>model_metadata</c>.</summary>
    protected JsonNode? Find(JsonObject parameters) =>
        parameters[Key] ?? (parameters["model_metadata"] as JsonObject)?[Key];

    protected PortalException Invalid(string fault) => new(StatusCode.ModelInvalidArgument, $"'{Key}' {fault}");
}
