using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Videos;
using Portal.Core.Engines.Fetch;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Videos;
using Portal.Features.Videos;
using Portal.Shared.Api;

namespace Portal.Features.Inputs;

/// <summary>Takes in what clients send, as a picture or as a video; its first bytes say which.</summary>
internal sealed class InputIntake(InputService inputs, VideoService videos, InputWriter writer)
{
    public async Task<InputDto> AcceptAsync(ApiScope scope, NewInput wanted, Stream content, CancellationToken ct)
    {
        await using var peeked = await PeekedStream.OpenAsync(content, ct);
        if (peeked.IsVideo)
        {
            return AsInput(await videos.AcceptAsync(scope.AppId, scope.UserId, wanted, peeked, ct));
        }

        var input = await inputs.AcceptAsync(scope.AppId, scope.UserId, wanted, peeked, ct);
        return wanted.Labels is { Count: > 0 }
            ? await writer.WriteAsync(scope, input, ct)
            : writer.WriteUnlabelled(scope, input);
    }

    /// <summary>A video in an answer about inputs: accepted, its frames still to come.</summary>
    private static InputDto AsInput(Video video) =>
        new()
        {
            Id = video.ExternalId,
            Status = ApiStatus.Of(StatusCode.InputPending),
            CreatedAt = video.CreatedAt,
            ModifiedAt = video.CreatedAt,
            Data = new DataDto
            {
                Video = new VideoDataDto
                {
                    Url = video.SourceUrl,
                    FileName = video.FileName.Length == 0 ? null : video.FileName,
                },
                Metadata = JsonNode.Parse(video.Metadata) as JsonObject,
            },
        };
}
