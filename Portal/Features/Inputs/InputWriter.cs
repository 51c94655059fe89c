using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Annotations;
using Portal.Features.Concepts;
using Portal.Shared.Api;
using Portal.Shared.Media;

namespace Portal.Features.Inputs;

/// <summary>Writes inputs as the wire has them, with their labels.</summary>
internal sealed class InputWriter(AnnotationService annotations, IHttpContextAccessor http)
{
    public async Task<IReadOnlyList<InputDto>> WriteAsync(
        ApiScope scope,
        IReadOnlyList<Input> inputs,
        CancellationToken ct
    )
    {
        var said = await annotations.OfInputsAsync([.. inputs.Select(i => i.Id)], ct);
        return [.. inputs.Select(input => Write(scope, input, said[input.Id]))];
    }

    public async Task<InputDto> WriteAsync(ApiScope scope, Input input, CancellationToken ct) =>
        (await WriteAsync(scope, [input], ct))[0];

    /// <summary>Writes an input that came without labels, which need not be asked for.</summary>
    public InputDto WriteUnlabelled(ApiScope scope, Input input) => Write(scope, input, []);

    private InputDto Write(ApiScope scope, Input input, IEnumerable<AnnotationView> said) =>
        new()
        {
            Id = input.ExternalId,
            Status = ApiStatus.Of(input.Status, input.StatusDetail),
            CreatedAt = input.CreatedAt,
            ModifiedAt = input.ModifiedAt,
            Data = new DataDto
            {
                Image = new ImageDto
                {
                    Url = input.SourceUrl ?? Address(scope, input),
                    FileName = input.FileName.Length == 0 ? null : input.FileName,
                    ImageInfo = new ImageInfoDto(input.Width, input.Height, input.MediaType["image/".Length..]),
                },
                Concepts =
                [
                    .. Labels(said)
                        .Select(a => new ConceptDto
                        {
                            Id = a.ConceptExternalId,
                            Name = a.ConceptName,
                            Value = a.Value ? 1 : 0,
                            Score = a.Score,
                            AppId = scope.App.ExternalId,
                        }),
                ],
                Metadata = JsonNode.Parse(input.Metadata) as JsonObject,
            },
        };

    /// <summary>One a concept: a person's before a machine's, and of equals the latest.</summary>
    private static IEnumerable<AnnotationView> Labels(IEnumerable<AnnotationView> said) =>
        said.Where(a => a.Status == StatusCode.AnnotationSuccess)
            .GroupBy(a => a.ConceptId)
            .Select(ofConcept => ofConcept.OrderBy(a => a.IsMachine).ThenByDescending(a => a.ModifiedAt).First());

    private string Address(ApiScope scope, Input input)
    {
        var request = http.HttpContext!.Request;
        return $"{request.Scheme}://{request.Host}{MediaAddress.Of(scope.OwnerId, scope.App.ExternalId, input.ExternalId, input.ContentHash, MediaRendition.Original)}";
    }
}
