using Microsoft.Net.Http.Headers;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Videos;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Videos;

/// <summary><c>films</c>. A film comes in as an input does, as <c>data.video</c> or as a file.</summary>
internal static class FilmApi
{
    public static void MapFilms(this IEndpointRouteBuilder routes)
    {
        var films = routes.MapGroup("/films").WithTags("Films");
        films
            .MapGet(
                "",
                async (ApiScope scope, ApiPage page, FilmService service, CancellationToken ct) =>
                    new FilmsResponse([
                        .. (await service.ListAsync(scope.AppId, page.Skip, page.Size, ct)).Select(FilmWire.Of),
                    ])
            )
            .Needs(Permission.See)
            .Named("ListVideos", "List the app's videos, the newest first");
        films
            .MapGet(
                "/{film_id}",
                async (ApiScope scope, string film_id, FilmService service, CancellationToken ct) =>
                    new FilmResponse(FilmWire.Of(await service.GetDetailsAsync(scope.AppId, film_id, ct)))
            )
            .Needs(Permission.See)
            .Named("GetVideo", "Get a video with its frames and their tags");
        films
            .MapDelete(
                "/{film_id}",
                async (ApiScope scope, string film_id, FilmService service, CancellationToken ct) =>
                {
                    await service.DeleteAsync(scope.AppId, film_id, ct);
                    return new ApiResponse();
                }
            )
            .Needs(Permission.ManageInputs)
            .Named("DeleteVideo", "Delete a video");
    }

    /// <summary>A film's bytes as they came, in ranges, so that a player can seek.</summary>
    public static void MapFilmFiles(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/media/{user_id}/{app_id}/films/{film_id}/original", GetFileAsync)
            .Needs(Permission.See)
            .ExcludeFromDescription();

    private static async Task<IResult> GetFileAsync(
        ApiScope scope,
        string film_id,
        HttpContext context,
        FilmService films,
        BlobStore blobs,
        CancellationToken ct
    )
    {
        try
        {
            var film = await films.GetAsync(scope.AppId, film_id, ct);
            context.Response.Headers.CacheControl = "private, no-cache";
            // Even opened on its own, nothing a file holds may run in the portal's name.
            context.Response.Headers.ContentSecurityPolicy =
                "sandbox; default-src 'none'; media-src 'self'; frame-ancestors 'none'";
            return TypedResults.PhysicalFile(
                Path.GetFullPath(blobs.PathOf(film.ContentHash)),
                film.MediaType,
                enableRangeProcessing: true,
                entityTag: new EntityTagHeaderValue($"\"{film.ContentHash[..32]}\"")
            );
        }
        catch (PortalException e) when (e.Code is StatusCode.DoesNotExist or StatusCode.InputDoesNotExist)
        {
            return TypedResults.NotFound();
        }
    }
}
