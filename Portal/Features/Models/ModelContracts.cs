using System.Text.Json.Nodes;
using Portal.Core.Domain.Models;
using Portal.Features.Inputs;
using Portal.Features.Jobs;
using Portal.Shared.Api;

namespace Portal.Features.Models;

internal sealed record ModelWire
{
    public string? Id { get; init; }
    public string? Name { get; init; }
    public string? ModelTypeId { get; init; }
    public string? AppId { get; init; }
    public string? UserId { get; init; }
    public OutputInfoWire? OutputInfo { get; init; }
    public ModelVersionWire? ModelVersion { get; init; }
    public DateTime? CreatedAt { get; init; }
    public DateTime? ModifiedAt { get; init; }
}

/// <summary>
/// What a model is configured with. Parameters come in under any of the names clients have used, and go out under both.
/// </summary>
internal sealed record OutputInfoWire
{
    /// <summary>The model's type as older clients give it.</summary>
    public string? Type { get; init; }

    public DataWire? Data { get; init; }
    public JsonObject? Params { get; init; }
    public JsonObject? OutputConfig { get; init; }
}

internal sealed record ModelVersionWire
{
    public string? Id { get; init; }
    public int? Number { get; init; }
    public ApiStatus? Status { get; init; }
    public int? ActiveConceptCount { get; init; }
    public int? TotalInputCount { get; init; }
    public TrainingSummary? TrainStats { get; init; }
    public DateTime? CreatedAt { get; init; }
    public DateTime? CompletedAt { get; init; }
}

internal sealed record ModelQueryWire
{
    /// <summary>A name to look for; <c>*</c> stands for anything.</summary>
    public string? Name { get; init; }

    public string? Type { get; init; }
    public string? ModelTypeId { get; init; }
}

internal sealed record ModelsRequest
{
    public string? Action { get; init; }
    public IReadOnlyList<ModelWire?>? Models { get; init; }
    public ModelWire? Model { get; init; }
    public IReadOnlyList<string?>? Ids { get; init; }
    public ModelQueryWire? ModelQuery { get; init; }
}

internal sealed record ModelsResponse(IReadOnlyList<ModelWire> Models) : ApiResponse
{
    /// <summary>The model of a request that spoke of one.</summary>
    public ModelWire? Model { get; init; }
}

internal sealed record ModelResponse(ModelWire Model) : ApiResponse
{
    public ModelVersionWire? ModelVersion { get; init; }
    public JobWire? Job { get; init; }
}

internal sealed record ModelVersionsResponse(IReadOnlyList<ModelVersionWire> ModelVersions) : ApiResponse;

internal sealed record OutputsResponse(IReadOnlyList<OutputWire> Outputs) : ApiResponse;

/// <summary>What a model, by itself or in a workflow, says of one input.</summary>
internal sealed record OutputWire
{
    public string? Id { get; init; }
    public ApiStatus? Status { get; init; }
    public DateTime? CreatedAt { get; init; }
    public ModelWire? Model { get; init; }
    public InputWire? Input { get; init; }
    public DataWire? Data { get; init; }
}
