using Microsoft.ML.OnnxRuntime;
using Portal.Core.Engines.Embedding;
using Portal.Core.Engines.Images;

namespace Portal.Bench;

/// <summary>The network by itself, without the portal around it: what the portal's own speed is held against.</summary>
internal sealed class BareInference : IDisposable
{
    private readonly InferenceSession _session;
    private readonly EmbedderDefinition _definition;
    private readonly int _side;
    private readonly VipsImageDecoder _decoder = new(new ImageLimits());
    private readonly PixelPreparation _preparation;
    private readonly IReadOnlyList<string> _images;
    private readonly float[][] _tensors;

    /// <param name="images">Decoded into tensors here, once.</param>
    public BareInference(EmbedderOptions options, IReadOnlyList<string> images)
    {
        var path = Path.GetFullPath(options.Definition, AppContext.BaseDirectory);
        _definition = EmbedderDefinition.Load(path);
        _side = options.Side ?? _definition.Input.Side;
        _session = OnnxSessions.Open(
            File.ReadAllBytes(Path.GetFullPath(_definition.File, Path.GetDirectoryName(path)!)),
            threads: 1,
            options.Provider
        );
        _preparation = new PixelPreparation(_definition.Input);
        _images = images;
        _tensors = [.. images.Select(Tensor)];
    }

    /// <summary>Runs every tensor once.</summary>
    public Task<Speed> RunAsync(int threads) => OnThreads(threads, i => Infer(_tensors[i]));

    /// <summary>Decodes and runs every image once.</summary>
    public Task<Speed> DecodeAndRunAsync(int threads) => OnThreads(threads, i => Infer(Tensor(_images[i])));

    public void Dispose() => _session.Dispose();

    private Task<Speed> OnThreads(int threads, Action<int> work) =>
        Speed.OfAsync(
            _images.Count,
            () =>
            {
                var next = -1;
                var running = Enumerable
                    .Range(0, threads)
                    .Select(_ => new Thread(() =>
                    {
                        for (int i; (i = Interlocked.Increment(ref next)) < _images.Count; )
                        {
                            work(i);
                        }
                    }))
                    .ToList();
                running.ForEach(thread => thread.Start());
                running.ForEach(thread => thread.Join());
                return Task.CompletedTask;
            }
        );

    private void Infer(float[] tensor)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(tensor, _preparation.Shape(1, _side));
        using var run = new RunOptions();
        using var outputs = _session.Run(run, [_definition.Input.Name], [input], _definition.Outputs);
    }

    private float[] Tensor(string path)
    {
        var rgb = new byte[_side * _side * 3];
        _decoder.DecodeSquare(path, _side, rgb);
        var tensor = new float[rgb.Length];
        _preparation.Prepare(rgb, _side * _side, tensor);
        return tensor;
    }
}
