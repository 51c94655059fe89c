using System.Buffers;
using System.Globalization;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images;

namespace Portal.Core.Engines.Embedding;

/// <summary>Embeds with any ONNX image network that an <see cref="EmbedderDefinition"/> describes.</summary>
public sealed class OnnxImageEmbedder : IImageEmbedder, IDisposable
{
    /// <summary>
    /// How <see cref="IImageDecoder.DecodeSquare"/> resizes, as a part of the identity: another way gives other
    /// vectors.
    /// </summary>
    private const string Resizing = "shrunk by Lanczos, enlarged bilinearly";

    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly PixelPreparation _preparation;
    private readonly string[] _inputs;
    private readonly string[] _outputs;
    private readonly int[] _widths;

    /// <summary>
    /// Held for reading by every run: the library does not bear that a session is freed while it runs.
    /// </summary>
    private readonly ReaderWriterLockSlim _alive = new();
    private bool _disposed;

    private OnnxImageEmbedder(InferenceSession session, EmbedderSource source, EmbedderIdentity identity)
    {
        var definition = source.Network.Definition;
        _session = session;
        _preparation = new PixelPreparation(definition.Input);
        _inputs = [definition.Input.Name];
        _outputs = [.. definition.Outputs];
        _widths = [.. _outputs.Select(name => session.OutputMetadata[name].Dimensions[^1])];
        Side = source.Network.Side;
        Source = source;
        Dimensions = definition.Dimensions;
        Identity = identity;
    }

    public EmbedderIdentity Identity { get; }

    public int Dimensions { get; }

    public int Side { get; }

    public EmbedderSource? Source { get; }

    /// <summary>Reads the definition and the network.</summary>
    /// <exception cref="PortalException">
    /// A file is missing, is no network, or does not match its definition; the message says what and where.
    /// </exception>
    public static OnnxImageEmbedder Load(EmbedderOptions options)
    {
        var definitionPath = Path.GetFullPath(options.Definition, AppContext.BaseDirectory);
        var definition = EmbedderDefinition.Load(definitionPath);
        var path = Path.GetFullPath(definition.File, Path.GetDirectoryName(definitionPath)!);
        try
        {
            return Load(path, definition, options.Side ?? definition.Input.Side, options);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or OnnxRuntimeException or InvalidOperationException)
        {
            throw new PortalException(
                StatusCode.Failure,
                $"The embedder {path} cannot be loaded: {e.Message} Check "
                    + $"{EmbedderOptions.Section}:{nameof(EmbedderOptions.Definition)}.",
                inner: e
            );
        }
    }

    /// <summary>Reads a network that was kept.</summary>
    /// <param name="options">What to run it on; its definition and side are the network's own.</param>
    /// <exception cref="PortalException">The file is missing, is no network, or does not match its definition; the
    /// message says what and where.</exception>
    public static OnnxImageEmbedder Load(string path, KeptNetwork network, EmbedderOptions options)
    {
        try
        {
            return Load(path, network.Definition, network.Side, options);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or OnnxRuntimeException or InvalidOperationException)
        {
            throw new PortalException(
                StatusCode.Failure,
                $"The network {path} cannot be loaded: {e.Message}",
                inner: e
            );
        }
    }

    private static OnnxImageEmbedder Load(string path, EmbedderDefinition definition, int side, EmbedderOptions options)
    {
        // One read serves the session and its hash, so the identity is that of the network that runs.
        var bytes = File.ReadAllBytes(path);
        var session = OnnxSessions.Open(
            bytes,
            options.Threads == 0 ? Environment.ProcessorCount : options.Threads,
            options.Provider
        );
        try
        {
            RequireMatch(session, definition);
            var hash = SHA256.HashData(bytes);
            var network = new KeptNetwork(Convert.ToHexStringLower(hash), side, definition);
            return new OnnxImageEmbedder(session, new EmbedderSource(path, network), Identify(definition, hash, side));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public void Embed(ReadOnlySpan<byte> rgb, int count, Span<Half> vectors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, count * Side * Side * 3);
        ArgumentOutOfRangeException.ThrowIfNotEqual(vectors.Length, count * Dimensions);

        var input = ArrayPool<float>.Shared.Rent(rgb.Length);
        var output = ArrayPool<float>.Shared.Rent(vectors.Length);
        _alive.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _preparation.Prepare(rgb, Side * Side, input.AsSpan(0, rgb.Length));
            Run(input.AsMemory(0, rgb.Length), count, output.AsMemory(0, vectors.Length));
            Join(output.AsSpan(0, vectors.Length), count, vectors);
        }
        finally
        {
            _alive.ExitReadLock();
            ArrayPool<float>.Shared.Return(input);
            ArrayPool<float>.Shared.Return(output);
        }

        if (!TensorPrimitives.IsFiniteAll<Half>(vectors))
        {
            throw new PortalException(
                StatusCode.Failure,
                $"The embedder {Identity.Name} gave a value that half precision cannot hold (65504 is the largest). "
                    + $"Use an output that is smaller, such as a normalised one."
            );
        }
    }

    /// <summary>Waits for the runs that are under way.</summary>
    public void Dispose()
    {
        _alive.EnterWriteLock();
        try
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _session.Dispose();
            _runOptions.Dispose();
        }
        finally
        {
            _alive.ExitWriteLock();
        }
    }

    /// <summary>Writes the outputs one after the other, count × width values each.</summary>
    private void Run(Memory<float> prepared, int count, Memory<float> values)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance,
            prepared,
            _preparation.Shape(count, Side)
        );
        var outputs = new OrtValue[_outputs.Length];
        try
        {
            for (var (i, start) = (0, 0); i < outputs.Length; start += count * _widths[i++])
            {
                outputs[i] = OrtValue.CreateTensorValueFromMemory(
                    OrtMemoryInfo.DefaultInstance,
                    values.Slice(start, count * _widths[i]),
                    [count, _widths[i]]
                );
            }

            _session.Run(_runOptions, _inputs, [input], _outputs, outputs);
        }
        finally
        {
            foreach (var output in outputs)
            {
                output?.Dispose();
            }
        }
    }

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

    private static void RequireMatch(InferenceSession session, EmbedderDefinition definition)
    {
        if (
            session.InputMetadata.Count != 1
            || !session.InputMetadata.TryGetValue(definition.Input.Name, out var input)
            || !IsFloat(input)
            || input.Dimensions.Length != 4
        )
        {
            throw new InvalidOperationException(
                $"its inputs are {List(session.InputMetadata)}, not one float image named {definition.Input.Name}."
            );
        }

        var widths = 0;
        foreach (var name in definition.Outputs)
        {
            if (!session.OutputMetadata.TryGetValue(name, out var output))
            {
                throw new InvalidOperationException($"it has no output {name}; it has {List(session.OutputMetadata)}.");
            }

            if (!IsFloat(output) || output.Dimensions is not [_, > 0])
            {
                throw new InvalidOperationException(
                    $"its output {List([KeyValuePair.Create(name, output)])} is not float [N, length]."
                );
            }

            widths += output.Dimensions[1];
        }
        if (widths != definition.Dimensions)
        {
            throw new InvalidOperationException(
                $"its outputs have {widths} values together, and the definition says {definition.Dimensions}."
            );
        }
    }

    private static bool IsFloat(NodeMetadata node) => node.IsTensor && node.ElementType == typeof(float);

    private static string List(IEnumerable<KeyValuePair<string, NodeMetadata>> nodes) =>
        string.Join(
            ", ",
            nodes.Select(node =>
                $"{node.Key} [{(node.Value.IsTensor ? string.Join(", ", node.Value.Dimensions) : node.Value.OnnxValueType)}]"
            )
        );

    private static EmbedderIdentity Identify(EmbedderDefinition definition, byte[] networkHash, int side)
    {
        var input = definition.Input;
        var preparation = string.Create(
            CultureInfo.InvariantCulture,
            $"{side}|{Resizing}|{input.Layout}|{input.Channels}|{List(input.Mean)}|{List(input.Std)}|{string.Join(',', definition.Outputs)}"
        );
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(networkHash);
        hash.AppendData(Encoding.UTF8.GetBytes(preparation));
        var name = definition.Name.Length <= 50 ? definition.Name : definition.Name[..50];
        return new EmbedderIdentity(
            definition.Name,
            $"{name}@{side}:{Convert.ToHexStringLower(hash.GetHashAndReset())}"
        );

        static string List(IEnumerable<float> values) =>
            string.Join(',', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
    }
}
