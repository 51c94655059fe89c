using Microsoft.Net.Http.Headers;
using Portal.Core.Errors;
using Portal.Core.Inputs;
using Portal.Core.Storage;
using Portal.Core.Users;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Inputs;

/// <summary>Pictures over plain HTTP: WebP in two sizes made by the portal, and the bytes as they came.</summary>
internal static class MediaApi
{
    private const string KeepForGood = "private, max-age=31536000, immutable";
    private const string AskEachTime = "private, no-cache";

    public static void MapMedia(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/media/{user_id}/{app_id}/{input_id}/{rendition}", GetAsync).Needs(Permission.See).ExcludeFromDescription();

    private static async Task<IResult> GetAsync(
        ApiScope scope, string input_id, string rendition, string? v, HttpContext context, InputService inputs, BlobStore blobs, Thumbnails thumbnails, CancellationToken ct)
    {
        try
        {
            var input = await inputs.GetAsync(scope.AppId, input_id, ct);
            var headers = context.Response.Headers;
            headers.CacheControl = v == MediaAddress.Version(input.ContentHash) ? KeepForGood : AskEachTime;
            // Even opened on its own, nothing a file holds may run in the portal's name.
            headers.ContentSecurityPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'";
            var tag = new EntityTagHeaderValue($"\"{input.ContentHash[..32]}-{rendition}\"");
            return rendition switch
            {
                "thumb" => TypedResults.PhysicalFile(await thumbnails.GetAsync(input.ContentHash, 320, ct), "image/webp", entityTag: tag),
                "large" => TypedResults.PhysicalFile(await thumbnails.GetAsync(input.ContentHash, 1600, ct), "image/webp", entityTag: tag),
                "original" => TypedResults.PhysicalFile(
                    Path.GetFullPath(blobs.PathOf(input.ContentHash)), input.MediaType, DownloadName(input), entityTag: tag, enableRangeProcessing: true),
                _ => TypedResults.NotFound(),
            };
        }
        catch (PortalException e) when (e.Code is StatusCode.DoesNotExist or StatusCode.InputDoesNotExist)
        {
            return TypedResults.NotFound();
        }
        catch (PortalException e)
        {
            return TypedResults.Text(e.Message, statusCode: StatusCodes.Status422UnprocessableEntity);
        }
    }

    private static string DownloadName(Input input) => input.FileName.Length > 0 ? input.FileName : input.ExternalId;
}
