using Microsoft.Net.Http.Headers;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Engines.Images.Processes;
using Portal.Core.Services.Inputs;
using Portal.Shared.Access;
using Portal.Shared.Api;
using Portal.Shared.Media;

namespace Portal.Features.Media;

/// <summary>Pictures over plain HTTP: WebP in two sizes made by the portal, and the bytes as they came.</summary>
internal static class MediaApi
{
    private const string KeepForGood = "private, max-age=31536000, immutable";
    private const string AskEachTime = "private, no-cache";

    public static void MapMedia(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/media/{user_id}/{app_id}/{input_id}/{rendition}", GetAsync)
            .Needs(Permission.See)
            .ExcludeFromDescription();

    private static async Task<IResult> GetAsync(
        ApiScope scope,
        string input_id,
        string rendition,
        string? v,
        HttpContext context,
        InputService inputs,
        BlobStore blobs,
        Thumbnails thumbnails,
        CancellationToken ct
    )
    {
        try
        {
            var input = await inputs.GetAsync(scope.AppId, input_id, ct);
            string? path = rendition switch
            {
                "thumb" => await thumbnails.GetAsync(input.ContentHash, 320, ct),
                "large" => await thumbnails.GetAsync(input.ContentHash, 1600, ct),
                "original" => Path.GetFullPath(blobs.RequirePath(input.ContentHash)),
                _ => null,
            };
            if (path is null)
            {
                return TypedResults.NotFound();
            }
            // Only of what is there: a browser would keep a refusal as well.
            var headers = context.Response.Headers;
            headers.CacheControl = v == MediaAddress.Version(input.ContentHash) ? KeepForGood : AskEachTime;
            // Even opened on its own, nothing a file holds may run in the portal's name.
            headers.ContentSecurityPolicy =
                "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'";
            var tag = new EntityTagHeaderValue($"\"{input.ContentHash[..32]}-{rendition}\"");
            return rendition == "original"
                ? TypedResults.PhysicalFile(
                    path,
                    input.MediaType,
                    DownloadName(input),
                    entityTag: tag,
                    enableRangeProcessing: true
                )
                : TypedResults.PhysicalFile(path, "image/webp", entityTag: tag);
        }
        catch (PortalException e) when (e.Code is StatusCode.DoesNotExist or StatusCode.InputDoesNotExist)
        {
            return TypedResults.NotFound();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return TypedResults.Text(BlobStore.GoneText, statusCode: StatusCodes.Status404NotFound);
        }
        catch (DecoderUnavailableException e)
        {
            return TypedResults.Text(e.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        catch (PortalException e)
        {
            return TypedResults.Text(e.Message, statusCode: StatusCodes.Status422UnprocessableEntity);
        }
    }

    private static string DownloadName(Input input) => input.FileName.Length > 0 ? input.FileName : input.ExternalId;
}
