using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Models;
using Portal.Features.Concepts;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Inputs;

/// <summary><c>inputs</c></summary>
internal static class InputApi
{
    public static void MapInputs(this IEndpointRouteBuilder routes)
    {
        var inputs = routes.MapGroup("/inputs").WithTags("Inputs");
        inputs
            .MapPost("", CreateAsync)
            .Needs(Permission.ManageInputs)
            .Named(
                "PostInputs",
                "Add images and videos",
                "1 to 128 at once, each by its URL or in base64, with labels and metadata."
            );
        inputs
            .MapGet("", ListAsync)
            .Needs(Permission.See)
            .Named("ListInputs", "List the app's inputs, the newest first");
        inputs
            .MapPatch("", ChangeAsync)
            .Needs(Permission.Label)
            .Named(
                "PatchInputs",
                "Change labels and metadata of inputs",
                "A change of metadata needs the role manager."
            );
        inputs.MapDelete("", DeleteManyAsync).Needs(Permission.ManageInputs).Named("DeleteInputs", "Delete inputs");
        inputs
            .MapGet(
                "/status",
                async (ApiScope scope, InputService service, CancellationToken ct) =>
                    new InputCountsResponse(await service.CountAsync(scope.AppId, ct))
            )
            .Needs(Permission.See)
            .Named("GetInputCount", "Count the app's inputs by state");
        inputs
            .MapGet(
                "/{input_id}",
                async (
                    ApiScope scope,
                    string input_id,
                    InputService service,
                    InputWriter writer,
                    CancellationToken ct
                ) =>
                    new InputResponse(
                        await writer.WriteAsync(scope, await service.GetAsync(scope.AppId, input_id, ct), ct)
                    )
            )
            .Needs(Permission.See)
            .Named("GetInput", "Get an input");
        inputs
            .MapDelete(
                "/{input_id}",
                async (ApiScope scope, string input_id, InputService service, CancellationToken ct) =>
                {
                    await service.DeleteAsync(scope.AppId, input_id, ct);
                    return new ApiResponse();
                }
            )
            .Needs(Permission.ManageInputs)
            .Named("DeleteInput", "Delete an input");
    }

    private static async Task<InputsResponse> CreateAsync(
        ApiScope scope,
        Body<InputsRequest> body,
        ImageSource images,
        InputIntake intake,
        CancellationToken ct
    )
    {
        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Inputs, body.Value.Input, "inputs", ApiLimits.MaxInputs),
            async wanted =>
            {
                await using var content = await images.OpenInputAsync(wanted.Data, ct);
                return await intake.AcceptAsync(scope, New(wanted), content, ct);
            },
            (wanted, status) => InputDto.Failed(wanted.Id, status)
        );
        return new InputsResponse(batch.Items) { Status = batch.Status };
    }

    internal static NewInput New(InputDto wanted, bool skipDuplicate = false) =>
        new(
            wanted.Id,
            wanted.Data?.Image?.FileName ?? wanted.Data?.Video?.FileName ?? "",
            wanted.Data?.Image?.Url ?? wanted.Data?.Video?.Url,
            wanted.Data?.Metadata,
            [.. Concepts(wanted).Select(c => new InputLabel(c.Id!, c.IsPresent()))],
            skipDuplicate,
            wanted.Data?.Video?.Frames is { Length: > 0 } frames ? FrameSampling.Parse(frames) : null
        );

    private static async Task<InputsResponse> ListAsync(
        ApiScope scope,
        ApiPage page,
        InputQueries queries,
        InputWriter writer,
        CancellationToken ct
    )
    {
        var keys = await queries.NewestAsync(scope.AppId, page.After, page.Skip, page.Size + 1, ct);
        var inputs = await queries.InputsAsync([.. keys.Take(page.Size)], ct);
        return new InputsResponse(await writer.WriteAsync(scope, inputs, ct))
        {
            NextPageToken = page.NextToken(keys, key => key),
        };
    }

    private static async Task<InputsResponse> ChangeAsync(
        ApiScope scope,
        Body<InputsRequest> body,
        InputService service,
        AnnotationService annotations,
        ConceptService concepts,
        InputWriter writer,
        CancellationToken ct
    )
    {
        var action = ApiAction.Parse(body.Value.Action);
        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Inputs, body.Value.Input, "inputs", ApiLimits.MaxInputs),
            async wanted =>
            {
                var input = await service.GetAsync(scope.AppId, wanted.Id ?? "", ct);
                if (wanted.Data?.Metadata is not null)
                {
                    scope.Require(Permission.ManageInputs);
                }

                if (wanted.Data?.Concepts is not null)
                {
                    var labels = new Dictionary<long, bool>();
                    foreach (var concept in Concepts(wanted))
                    {
                        labels[(await concepts.GetAsync(scope.AppId, concept.Id!, ct)).Id] = concept.IsPresent();
                    }

                    await annotations.PatchLabelsAsync(scope.AppId, scope.UserId, input.Id, labels, action, ct);
                }
                if (wanted.Data?.Metadata is { } metadata)
                {
                    input = await service.PatchMetadataAsync(scope.AppId, input.ExternalId, metadata, action, ct);
                }

                return await writer.WriteAsync(scope, input, ct);
            },
            (wanted, status) => InputDto.Failed(wanted.Id, status)
        );
        return new InputsResponse(batch.Items) { Status = batch.Status };
    }

    private static async Task<InputsResponse> DeleteManyAsync(
        ApiScope scope,
        Body<InputsRequest> body,
        InputService service,
        CancellationToken ct
    )
    {
        if (body.Value.DeleteAll == true)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                "'delete_all' is not done here. Name the inputs in 'ids', or delete the app.",
                "delete_all"
            );
        }

        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Ids, null, "ids"),
            async id =>
            {
                await service.DeleteAsync(scope.AppId, id, ct);
                return new InputDto { Id = id, Status = ApiStatus.Ok };
            },
            InputDto.Failed
        );
        return new InputsResponse(batch.Items) { Status = batch.Status };
    }

    private static IReadOnlyList<ConceptDto> Concepts(InputDto wanted) =>
        wanted.Data?.Concepts is { Count: > 0 } concepts
            ? ConceptIds.Required(ApiBatch.Items(concepts, null, "data.concepts"))
            : [];
}
