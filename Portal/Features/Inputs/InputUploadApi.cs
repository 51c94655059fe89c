using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Videos;
using Portal.Features.Concepts;
using Portal.Shared.Access;
using Portal.Shared.Api;
using Portal.Shared.Limits;

namespace Portal.Features.Inputs;

/// <summary>
/// <c>inputs/upload</c>: many files in one request, each written to disk while it arrives, none held in memory.
/// </summary>
internal static class InputUploadApi
{
    private const int MaxFieldLength = 64 * 1024;

    /// <summary>Of all ways to send files.</summary>
    internal static readonly QueryField<bool> SkipDuplicatesField = ApiQuery.Flag(
        "skip_duplicates",
        "Skip files whose bytes the app has"
    );

    public static void MapInputUpload(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/inputs/upload", UploadAsync)
            .Needs(Permission.ManageInputs)
            .Named(
                "UploadInputs",
                "Upload image and video files",
                "Fields belong to the file that follows them; fields and files may be repeated. If the request "
                    + "breaks off, the inputs answered with 30001 are safe."
            )
            .Takes(SkipDuplicatesField)
            .TakesForm(
                ("id", "The input's ID"),
                (
                    "concepts",
                    "Its labels: concept IDs with commas between them, or a JSON list of IDs or `{id, value}`"
                ),
                ("metadata", "A JSON object"),
                ("frames", "Of a video: seconds between two frames, as in `2.5`, or `scenes`")
            )
            .WithTags("Inputs")
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .LimitUploads();

    /// <summary>
    /// The fields <c>id</c>, <c>concepts</c>, <c>metadata</c> and <c>frames</c> belong to the file that follows them.
    /// </summary>
    private static async Task<InputsResponse> UploadAsync(
        HttpContext context,
        ApiScope scope,
        InputIntake intake,
        CancellationToken ct
    )
    {
        var skipDuplicates = SkipDuplicatesField.Read(context);
        var reader = new MultipartReader(Boundary(context.Request), context.Request.Body);
        var results = new List<InputDto>();
        var failures = new List<PortalException>();
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            (Stream Content, ContentDispositionHeaderValue Part)? file;
            try
            {
                file = await NextAsync(reader, fields, ct);
            }
            catch (PortalException e) when (results.Count > 0)
            {
                // The client must learn which of its files are safe.
                return new InputsResponse(results) { Status = ApiStatus.Of(e) };
            }
            if (file is not var (body, part))
            {
                break;
            }

            try
            {
                var wanted = New(fields, FileName(part), skipDuplicates);
                await using var content = new ArrivingFile(body);
                results.Add(await intake.AcceptAsync(scope, wanted, content, ct));
            }
            catch (PortalException e)
            {
                failures.Add(e);
                var image = new ImageDto { FileName = FileName(part) };
                results.Add(
                    InputDto.Failed(fields.GetValueOrDefault("id"), ApiStatus.Of(e)) with
                    {
                        Data = new DataDto { Image = image },
                    }
                );
            }
            fields.Clear();
        }
        if (results.Count == 0)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                "The upload holds no file. Send each picture as a file part of multipart/form-data."
            );
        }

        return new InputsResponse(results) { Status = ApiBatch.Status(results.Count, failures) };
    }

    private static NewInput New(Dictionary<string, string> fields, string fileName, bool skipDuplicates) =>
        new(
            fields.GetValueOrDefault("id"),
            fileName,
            SourceUrl: null,
            fields.TryGetValue("metadata", out var metadata) ? Json<JsonObject>(metadata, "metadata") : null,
            fields.TryGetValue("concepts", out var concepts) ? Labels(concepts) : [],
            skipDuplicates,
            fields.TryGetValue("frames", out var frames) && frames.Length > 0 ? FrameSampling.Parse(frames) : null
        );

    /// <summary><c>walker,runner</c>, or a JSON list of ids or of <c>{"id","value"}</c>.</summary>
    private static IReadOnlyList<InputLabel> Labels(string text)
    {
        if (!text.TrimStart().StartsWith('['))
        {
            return
            [
                .. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(id => new InputLabel(id, true)),
            ];
        }

        return
        [
            .. Json<JsonArray>(text, "concepts")
                .Select(node =>
                    node switch
                    {
                        JsonValue value when value.TryGetValue<string>(out var id) => new InputLabel(id, true),
                        JsonObject item
                            when Json<ConceptDto>(item.ToJsonString(), "concepts") is { Id.Length: > 0 } concept =>
                            new InputLabel(concept.Id, concept.IsPresent()),
                        _ => throw Invalid("concepts"),
                    }
                ),
        ];
    }

    private static T Json<T>(string text, string field)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, ApiJson.Options) ?? throw Invalid(field);
        }
        catch (JsonException e)
        {
            throw Invalid(field, e);
        }
    }

    private static PortalException Invalid(string field, Exception? inner = null) =>
        new(
            StatusCode.InvalidRequest,
            $"The form field '{field}' before the file cannot be read. Give metadata as a JSON object, and concepts "
                + $"as ids with commas between them or as a JSON list.",
            field,
            inner
        );

    private static async Task<string> FieldAsync(MultipartSection section, CancellationToken ct)
    {
        using var reader = new StreamReader(section.Body);
        // Room for the longest is a large object; each file has a field or two.
        var text = ArrayPool<char>.Shared.Rent(MaxFieldLength + 1);
        try
        {
            var length = await reader.ReadBlockAsync(text.AsMemory(0, MaxFieldLength + 1), ct);
            return length <= MaxFieldLength
                ? new string(text, 0, length)
                : throw new PortalException(
                    StatusCode.InvalidRequest,
                    $"A form field is longer than {MaxFieldLength} characters."
                );
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }
    }

    /// <summary>Goes on to the next file; the fields on the way are kept for it.</summary>
    /// <returns>Null at the end of the upload.</returns>
    private static async Task<(Stream Content, ContentDispositionHeaderValue Part)?> NextAsync(
        MultipartReader reader,
        Dictionary<string, string> fields,
        CancellationToken ct
    )
    {
        try
        {
            while (await reader.ReadNextSectionAsync(ct) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var part))
                {
                    continue;
                }

                if (part.IsFileDisposition())
                {
                    return (section.Body, part);
                }

                fields[part.Name.ToString().Trim('"')] = await FieldAsync(section, ct);
            }
            return null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new PortalException(
                StatusCode.MalformedRequest,
                "The upload broke off, or it is no valid multipart/form-data. The inputs listed with 30001 are "
                    + "safe; send the others again.",
                inner: e
            );
        }
    }

    private static string Boundary(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 200 } boundary
            ? boundary.ToString()
            : throw new PortalException(
                StatusCode.InvalidRequest,
                "An upload is sent as multipart/form-data with a boundary. For JSON with base64 or addresses use "
                    + "POST inputs.",
                "Content-Type"
            );

    private static string FileName(ContentDispositionHeaderValue part) =>
        (part.FileNameStar.HasValue ? part.FileNameStar : part.FileName).ToString().Trim('"');
}
