using System.Text.Json.Nodes;
using Portal.Core.Domain.Models;
using Portal.Features.Inputs;
using Portal.Features.Jobs;
using Portal.Shared.Api;

namespace Portal.Features.Models;

internal sealed record ModelDto
{
    public string? Id { get; init; }
    public string? Name { get; init; }
    public string? ModelTypeId { get; init; }
    public string? AppId { get; init; }
    public string? UserId { get; init; }
    public OutputInfoDto? OutputInfo { get; init; }
    public ModelVersionDto? ModelVersion { get; init; }
    public DateTime? CreatedAt { get; init; }
    public DateTime? ModifiedAt { get; init; }
}

/// <summary>
/// What a model is configured with. Parameters come in under any of the names clients have used, and go out under both.
/// </summary>
internal sealed record OutputInfoDto
{
    /// <summary>The model's type as older clients give it.</summary>
    public string? Type { get; init; }

    public DataDto? Data { get; init; }
    public JsonObject? Params { get; init; }
    public JsonObject? OutputConfig { get; init; }
}

internal sealed record ModelVersionDto
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

internal sealed record ModelQueryDto
{
    /// <summary>A name to look for; <c>*</c> stands for anything.</summary>
    public string? Name { get; init; }

    public string? Type { get; init; }
    public string? ModelTypeId { get; init; }
}

internal sealed record ModelsRequest
{
    public string? Action { get; init; }
    public IReadOnlyList<ModelDto?>? Models { get; init; }
    public ModelDto? Model { get; init; }
    public IReadOnlyList<string?>? Ids { get; init; }
    public ModelQueryDto? ModelQuery { get; init; }
}

internal sealed record ModelsResponse(IReadOnlyList<ModelDto> Models) : ApiResponse
{
    /// <summary>The model of a request that spoke of one.</summary>
    public ModelDto? Model { get; init; }
}

internal sealed record ModelResponse(ModelDto Model) : ApiResponse
{
    public ModelVersionDto? ModelVersion { get; init; }
    public JobDto? Job { get; init; }
}

internal sealed record ModelVersionsResponse(IReadOnlyList<ModelVersionDto> ModelVersions) : ApiResponse;

internal sealed record OutputsResponse(IReadOnlyList<OutputDto> Outputs) : ApiResponse;

/// <summary>What a model, by itself or in a workflow, says of one input.</summary>
internal sealed record OutputDto
{
    public string? Id { get; init; }
    public ApiStatus? Status { get; init; }
    public DateTime? CreatedAt { get; init; }
    public ModelDto? Model { get; init; }
    public InputDto? Input { get; init; }
    public DataDto? Data { get; init; }
}
