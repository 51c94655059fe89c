using System.Buffers;
using System.Globalization;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Text;
using Portal.Core.Errors;
using Portal.Core.Interop.OnnxRuntime;

namespace Portal.Core.Embeddings;

/// <summary>Embeds with any ONNX image network that an <see cref="EmbedderDefinition"/> describes.</summary>
public sealed class OnnxImageEmbedder : IImageEmbedder, IDisposable
{
    /// <summary>How <see cref="Imaging.IImageDecoder.DecodeSquare"/> resizes, as a part of the identity: another way gives other vectors.</summary>
    private const string Resizing = "shrunk by Lanczos, enlarged bilinearly";

    private readonly OnnxSession _session;
    private readonly PixelPreparation _preparation;
    private readonly int[] _outputs;
    private readonly int[] _widths;

    private OnnxImageEmbedder(OnnxSession session, EmbedderDefinition definition, int side, EmbedderIdentity identity)
    {
        _session = session;
        _preparation = new PixelPreparation(definition.Input);
        _outputs = [.. definition.Outputs.Select(name => session.Outputs.ToList().FindIndex(output => output.Name == name))];
        _widths = [.. _outputs.Select(output => (int)session.Outputs[output].Shape[^1])];
        Side = side;
        Dimensions = definition.Dimensions;
        Identity = identity;
    }

    public EmbedderIdentity Identity { get; }

    public int Dimensions { get; }

    public int Side { get; }

    /// <summary>Reads the definition and the network.</summary>
    /// <exception cref="PortalException">A file is missing, is no network, or does not match its definition; the message says what and where.</exception>
    public static OnnxImageEmbedder Load(EmbedderOptions options)
    {
        var definitionPath = Path.GetFullPath(options.Definition, AppContext.BaseDirectory);
        var definition = EmbedderDefinition.Load(definitionPath);
        var path = Path.GetFullPath(definition.File, Path.GetDirectoryName(definitionPath)!);
        var side = options.Side ?? definition.Input.Side;
        OnnxSession? session = null;
        try
        {
            // One read serves the session and its hash, so the identity is that of the network that runs.
            var bytes = File.ReadAllBytes(path);
            session = new OnnxSession(bytes, options.Threads == 0 ? Environment.ProcessorCount : options.Threads);
            RequireMatch(session, definition);
            return new OnnxImageEmbedder(session, definition, side, Identify(definition, bytes, side));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OnnxException)
        {
            session?.Dispose();
            throw new PortalException(
                StatusCode.Failure,
                $"The embedder {path} cannot be loaded: {failure.Message} Check {EmbedderOptions.Section}:{nameof(EmbedderOptions.Definition)}.",
                inner: failure);
        }
    }

    public void Embed(ReadOnlySpan<byte> rgb, int count, Span<Half> vectors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, count * Side * Side * 3);
        ArgumentOutOfRangeException.ThrowIfNotEqual(vectors.Length, count * Dimensions);

        var input = ArrayPool<float>.Shared.Rent(rgb.Length);
        var output = ArrayPool<float>.Shared.Rent(vectors.Length);
        try
        {
            var prepared = input.AsSpan(0, rgb.Length);
            _preparation.Prepare(rgb, Side * Side, prepared);
            Span<long> shape = stackalloc long[4];
            _preparation.Shape(count, Side, shape);
            var values = output.AsSpan(0, vectors.Length);
            _session.Run(prepared, shape, _outputs, values);
            Join(values, count, vectors);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(input);
            ArrayPool<float>.Shared.Return(output);
        }

        if (!TensorPrimitives.IsFiniteAll<Half>(vectors))
        {
            throw new PortalException(
                StatusCode.Failure,
                $"The embedder {Identity.Name} gave a value that half precision cannot hold (65504 is the largest). Use an output that is smaller, such as a normalised one.");
        }
    }

    public void Dispose() => _session.Dispose();

    /// <summary>From one block [count, width] an output to one row a picture, rounded to half precision.</summary>
    private void Join(ReadOnlySpan<float> values, int count, Span<Half> vectors)
    {
        var column = 0;
        foreach (var width in _widths)
        {
            for (var picture = 0; picture < count; picture++)
            {
                TensorPrimitives.ConvertToHalf(values[..width], vectors.Slice(picture * Dimensions + column, width));
                values = values[width..];
            }
            column += width;
        }
    }

    private static void RequireMatch(OnnxSession session, EmbedderDefinition definition)
    {
        if (session.Inputs is not [{ IsFloat: true, Shape.Count: 4 } input] || input.Name != definition.Input.Name)
            throw new OnnxException($"its inputs are {List(session.Inputs)}, not one float image named {definition.Input.Name}.");
        var widths = 0L;
        foreach (var name in definition.Outputs)
        {
            var output = session.Outputs.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw new OnnxException($"it has no output {name}; it has {List(session.Outputs)}.");
            if (output is not { IsFloat: true, Shape: [_, > 0] })
                throw new OnnxException($"its output {List([output])} is not float [N, length].");
            widths += output.Shape[1];
        }
        if (widths != definition.Dimensions)
            throw new OnnxException($"its outputs have {widths} values together, and the definition says {definition.Dimensions}.");
    }

    private static string List(IEnumerable<OnnxTensorInfo> tensors)
        => string.Join(", ", tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]"));

    private static EmbedderIdentity Identify(EmbedderDefinition definition, byte[] network, int side)
    {
        var input = definition.Input;
        var preparation = string.Create(
            CultureInfo.InvariantCulture,
            $"{side}|{Resizing}|{input.Layout}|{input.Channels}|{List(input.Mean)}|{List(input.Std)}|{string.Join(',', definition.Outputs)}");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SHA256.HashData(network));
        hash.AppendData(Encoding.UTF8.GetBytes(preparation));
        var name = definition.Name.Length <= 50 ? definition.Name : definition.Name[..50];
        return new EmbedderIdentity(definition.Name, $"{name}@{side}:{Convert.ToHexStringLower(hash.GetHashAndReset())}");

        static string List(IEnumerable<float> values) => string.Join(',', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
    }
}
