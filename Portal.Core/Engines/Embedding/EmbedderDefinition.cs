using System.Text.Json;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Engines.Embedding;

/// <summary>How pictures enter a network and where its vector comes out: the JSON file beside an ONNX file.</summary>
/// <param name="Name">Short name, for people.</param>
/// <param name="File">The ONNX file, relative to the definition.</param>
/// <param name="Outputs">Names of the outputs [N, length] that are concatenated, in this order.</param>
/// <param name="Dimensions">Length of the whole vector.</param>
public sealed record EmbedderDefinition(
    string Name,
    string File,
    EmbedderInput Input,
    IReadOnlyList<string> Outputs,
    int Dimensions
)
{
    public const int MinSide = 32;
    public const int MaxSide = 2048;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <exception cref="PortalException">The file is missing or does not define an embedder; the message lists every
    /// mistake.</exception>
    public static EmbedderDefinition Load(string path)
    {
        EmbedderDefinition definition;
        try
        {
            definition =
                JsonSerializer.Deserialize<EmbedderDefinition>(System.IO.File.ReadAllText(path), Json)
                ?? throw new JsonException("it is null");
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new PortalException(
                StatusCode.Failure,
                $"The embedder's definition {path} cannot be read: {failure.Message} Check "
                    + $"{EmbedderOptions.Section}:{nameof(EmbedderOptions.Definition)}.",
                inner: failure
            );
        }

        var errors = definition.Errors().ToList();
        if (errors.Count > 0)
        {
            throw new PortalException(
                StatusCode.Failure,
                $"The embedder's definition {path} is not valid: {string.Join("; ", errors)}."
            );
        }

        return definition;
    }

    private IEnumerable<string> Errors()
    {
        if (Input.Layout is not ("NCHW" or "NHWC"))
        {
            yield return "input.layout must be NCHW or NHWC";
        }

        if (Input.Channels is not ("RGB" or "BGR"))
        {
            yield return "input.channels must be RGB or BGR";
        }

        if (Input.Side is < MinSide or > MaxSide)
        {
            yield return $"input.side must lie between {MinSide} and {MaxSide}";
        }

        if (Input.Mean is not [_, _, _])
        {
            yield return "input.mean must have three numbers";
        }

        if (Input.Std is not [not 0, not 0, not 0])
        {
            yield return "input.std must have three numbers other than 0";
        }

        if (Outputs.Count == 0)
        {
            yield return "outputs must name at least one output";
        }

        if (Outputs.Distinct().Count() != Outputs.Count)
        {
            yield return "outputs must not name one output twice";
        }

        if (Dimensions < 1)
        {
            yield return "dimensions must be positive";
        }
    }
}
