using Microsoft.Net.Http.Headers;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Videos;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Videos;

/// <summary><c>videos</c>. A video comes in as an input does, as <c>data.video</c> or as a file.</summary>
internal static class VideoApi
{
    public static void MapVideos(this IEndpointRouteBuilder routes)
    {
        var videos = routes.MapGroup("/videos").WithTags("Videos");
        videos
            .MapGet(
                "",
                async (ApiScope scope, ApiPage page, VideoService service, CancellationToken ct) =>
                    new VideosResponse([
                        .. (await service.ListAsync(scope.AppId, page.Skip, page.Size, ct)).Select(VideoDto.Of),
                    ])
            )
            .Needs(Permission.See)
            .Named("ListVideos", "List the app's videos, the newest first");
        videos
            .MapGet(
                "/{video_id}",
                async (ApiScope scope, string video_id, VideoService service, CancellationToken ct) =>
                    new VideoResponse(VideoDto.Of(await service.GetDetailsAsync(scope.AppId, video_id, ct)))
            )
            .Needs(Permission.See)
            .Named("GetVideo", "Get a video with its frames and their tags");
        videos
            .MapDelete(
                "/{video_id}",
                async (ApiScope scope, string video_id, VideoService service, CancellationToken ct) =>
                {
                    await service.DeleteAsync(scope.AppId, video_id, ct);
                    return new ApiResponse();
                }
            )
            .Needs(Permission.ManageInputs)
            .Named("DeleteVideo", "Delete a video");
    }

    /// <summary>A video's bytes as they came, in ranges, so that a player can seek.</summary>
    public static void MapVideoFiles(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/media/{user_id}/{app_id}/videos/{video_id}/original", GetFileAsync)
            .Needs(Permission.See)
            .ExcludeFromDescription();

    private static async Task<IResult> GetFileAsync(
        ApiScope scope,
        string video_id,
        HttpContext context,
        VideoService videos,
        BlobStore blobs,
        CancellationToken ct
    )
    {
        try
        {
            var video = await videos.GetAsync(scope.AppId, video_id, ct);
            context.Response.Headers.CacheControl = "private, no-cache";
            // Even opened on its own, nothing a file holds may run in the portal's name.
            context.Response.Headers.ContentSecurityPolicy =
                "sandbox; default-src 'none'; media-src 'self'; frame-ancestors 'none'";
            return TypedResults.PhysicalFile(
                Path.GetFullPath(blobs.PathOf(video.ContentHash)),
                video.MediaType,
                enableRangeProcessing: true,
                entityTag: new EntityTagHeaderValue($"\"{video.ContentHash[..32]}\"")
            );
        }
        catch (PortalException e) when (e.Code is StatusCode.DoesNotExist or StatusCode.InputDoesNotExist)
        {
            return TypedResults.NotFound();
        }
    }
}
