using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Inputs;
using Portal.Features.Inputs;
using Portal.Shared.Access;
using Portal.Shared.Api;
using Portal.Shared.Limits;

namespace Portal.Features.Upload;

internal sealed record PartialUploadDto(string Id, long Received);

internal sealed record PartialUploadResponse(PartialUploadDto Upload) : ApiResponse;

/// <summary>
/// <c>inputs/uploads/{upload_id}</c>: one large file in parts. <c>GET</c> says how much of it is here, <c>PUT
/// ?offset=</c> adds a part, and <c>POST ?size=</c> makes an input of it, with what the body says of it.
/// </summary>
internal static class UploadPartApi
{
    private static readonly QueryField<int> OffsetField = ApiQuery.Number(
        "offset",
        "Where in the file the part belongs, in bytes",
        0,
        0,
        int.MaxValue
    );

    private static readonly QueryField<int> SizeField = ApiQuery.Number(
        "size",
        "The size of the whole file, in bytes",
        0,
        0,
        int.MaxValue
    );

    public static void MapUploadParts(this IEndpointRouteBuilder routes)
    {
        var upload = routes.MapGroup("/inputs/uploads/{upload_id}").WithTags("Inputs");
        upload
            .MapGet(
                "",
                (ApiScope scope, string upload_id, PartialUploads uploads) =>
                    new PartialUploadResponse(
                        new PartialUploadDto(upload_id, uploads.Received(scope.AppId, scope.UserId, upload_id))
                    )
            )
            .Needs(Permission.ManageInputs)
            .Named("GetInputUpload", "Get how many bytes of a file have arrived");
        upload
            .MapPut(
                "",
                async (
                    ApiScope scope,
                    string upload_id,
                    HttpContext context,
                    PartialUploads uploads,
                    CancellationToken ct
                ) =>
                {
                    await using var part = new ArrivingFile(context.Request.Body);
                    var offset = OffsetField.Read(context);
                    return new PartialUploadResponse(
                        new PartialUploadDto(
                            upload_id,
                            await uploads.AppendAsync(scope.AppId, scope.UserId, upload_id, offset, part, ct)
                        )
                    );
                }
            )
            .Needs(Permission.ManageInputs)
            .Named("PutInputUpload", "Add a part to a file")
            .Takes(OffsetField)
            .TakesBytes()
            .LimitUploads();
        upload
            .MapPost("", FinishAsync)
            .Needs(Permission.ManageInputs)
            .Named(
                "PostInputUpload",
                "Make an input of a file that was sent in parts",
                "The body describes the one input, without `url` and `base64`."
            )
            .Takes(SizeField, InputUploadApi.SkipDuplicatesField);
    }

    private static async Task<InputsResponse> FinishAsync(
        ApiScope scope,
        string upload_id,
        HttpContext context,
        Body<InputsRequest> body,
        PartialUploads uploads,
        InputIntake intake,
        CancellationToken ct
    )
    {
        var wanted = ApiBatch.Items(body.Value.Inputs, body.Value.Input, "inputs", 1)[0];
        var size = SizeField.Read(context);
        var given = InputApi.New(wanted, InputUploadApi.SkipDuplicatesField.Read(context));
        var content = uploads.Open(scope.AppId, scope.UserId, upload_id, size);
        var batch = await ApiBatch.RunAsync(
            [wanted],
            async _ =>
            {
                await using (content)
                {
                    return await intake.AcceptAsync(scope, given, content, ct);
                }
            },
            (_, status) => InputDto.Failed(wanted.Id, status)
        );
        // Taken or refused for good: either way its parts are of no more use.
        uploads.Delete(scope.AppId, scope.UserId, upload_id);
        return new InputsResponse(batch.Items) { Status = batch.Status };
    }
}
