using Microsoft.Net.Http.Headers;
using Portal.Core.Apps;
using Portal.Core.Errors;
using Portal.Core.Inputs;
using Portal.Core.Storage;
using Portal.Features.SignIn;

namespace Portal.Features.Inputs;

/// <summary>Pictures over plain HTTP: WebP in two sizes made by the portal, and the bytes as they came.</summary>
internal static class MediaApi
{
    private const string KeepForGood = "private, max-age=31536000, immutable";
    private const string AskEachTime = "private, no-cache";

    public static void MapMedia(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/media/{userId}/{appId}/{inputId}/{rendition}", GetAsync).ExcludeFromDescription();

    private static async Task<IResult> GetAsync(
        string userId, string appId, string inputId, string rendition, string? v, CurrentUser user, HttpContext context,
        AppService apps, InputService inputs, BlobStore blobs, Thumbnails thumbnails, CancellationToken ct)
    {
        try
        {
            var app = await apps.GetAsync(user.Key, userId, appId, ct);
            if (user.AppKey is { } only && only != app.Id) return TypedResults.NotFound();
            var input = await inputs.GetAsync(app.Id, inputId, ct);
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
