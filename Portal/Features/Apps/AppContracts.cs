using Portal.Shared.Api;

namespace Portal.Features.Apps;

internal sealed record AppDto
{
    public string? Id { get; init; }
    public string? Name { get; init; }
    public string? Description { get; init; }
    public string? UserId { get; init; }

    /// <summary>The workflow every new input runs. In a PATCH, an empty text takes it away.</summary>
    public string? DefaultWorkflowId { get; init; }

    public string? DefaultWorkflowVersionId { get; init; }
    public DateTime? CreatedAt { get; init; }
    public DateTime? ModifiedAt { get; init; }
}

internal sealed record AppsRequest
{
    public string? Action { get; init; }
    public IReadOnlyList<AppDto?>? Apps { get; init; }
    public AppDto? App { get; init; }
}

internal sealed record AppsResponse(IReadOnlyList<AppDto> Apps) : ApiResponse;

internal sealed record AppResponse(AppDto App) : ApiResponse;
