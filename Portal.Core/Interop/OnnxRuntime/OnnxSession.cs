using System.Runtime.InteropServices;
using System.Text;

namespace Portal.Core.Interop.OnnxRuntime;

/// <summary>A network ready to run on the processor. Safe to use from several threads at once; its worker threads are shared among the calls.</summary>
public sealed unsafe class OnnxSession : IDisposable
{
    private const int ErrorSeverity = 3;
    private const int AllOptimizations = 99;
    private const int FloatElements = 1;

    private static readonly Lazy<OrtHandle> Environment = new(CreateEnvironment);
    private static readonly Lazy<OrtHandle> CpuMemory = new(CreateCpuMemory);

    private readonly OrtHandle _session;
    private readonly byte[] _inputName;
    private readonly byte[][] _outputNames;

    /// <param name="model">An ONNX file's bytes; its weights must lie within.</param>
    /// <param name="threads">Threads that one operator may use, at least 1.</param>
    /// <exception cref="OnnxException">The bytes are no network that the library can run, or one without exactly one input.</exception>
    public OnnxSession(ReadOnlySpan<byte> model, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);

        using var options = CreateOptions(threads);
        fixed (byte* bytes = model)
        {
            OrtApi.Check(OrtApi.CreateSessionFromArray(
                Environment.Value.DangerousGetHandle(), bytes, (nuint)model.Length, options.DangerousGetHandle(), out var session));
            _session = new OrtHandle(session, OrtApi.ReleaseSession);
        }
        Inputs = Describe(_session, isInput: true);
        Outputs = Describe(_session, isInput: false);
        if (Inputs.Count != 1)
        {
            _session.Dispose();
            throw new OnnxException($"The network has {Inputs.Count} inputs; only networks with one can be run.");
        }
        _inputName = Pin(Inputs[0]);
        _outputNames = [.. Outputs.Select(Pin)];
    }

    public IReadOnlyList<OnnxTensorInfo> Inputs { get; }

    public IReadOnlyList<OnnxTensorInfo> Outputs { get; }

    /// <summary>Runs the network from its only input to some of its outputs, each of them [N, width] with a fixed width. All values are in row-major order.</summary>
    /// <param name="input">As many values as <paramref name="shape"/> multiplies to.</param>
    /// <param name="shape">The input's dimensions; the first is N.</param>
    /// <param name="outputs">Places in <see cref="Outputs"/>.</param>
    /// <param name="values">Receives the outputs, one after the other, N × width values each.</param>
    /// <exception cref="OnnxException">A shape or length does not fit the network.</exception>
    public void Run(ReadOnlySpan<float> input, ReadOnlySpan<long> shape, ReadOnlySpan<int> outputs, Span<float> values)
    {
        var inputName = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_inputName, 0);
        var outputNames = stackalloc byte*[outputs.Length];
        var outputValues = stackalloc nint[outputs.Length];
        var outputTensors = new OrtHandle?[outputs.Length];
        var held = false;
        fixed (float* inputData = input, outputData = values)
        {
            try
            {
                using var inputTensor = CreateTensor(inputData, input.Length, shape);
                var start = 0;
                for (var i = 0; i < outputs.Length; i++)
                {
                    ReadOnlySpan<long> outputShape = [shape[0], Outputs[outputs[i]].Shape[^1]];
                    var length = checked((int)(outputShape[0] * outputShape[1]));
                    ArgumentOutOfRangeException.ThrowIfGreaterThan(length, values.Length - start, nameof(values));
                    outputNames[i] = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_outputNames[outputs[i]], 0);
                    outputTensors[i] = CreateTensor(outputData + start, length, outputShape);
                    outputValues[i] = outputTensors[i]!.DangerousGetHandle();
                    start += length;
                }

                // Disposing the session on another thread waits until this call has returned.
                _session.DangerousAddRef(ref held);
                var inputValue = inputTensor.DangerousGetHandle();
                OrtApi.Check(OrtApi.Run(
                    _session.DangerousGetHandle(), 0, &inputName, &inputValue, 1, outputNames, (nuint)outputs.Length, outputValues));
            }
            finally
            {
                foreach (var tensor in outputTensors)
                    tensor?.Dispose();
                if (held)
                    _session.DangerousRelease();
            }
        }
    }

    public void Dispose() => _session.Dispose();

    private static OrtHandle CreateEnvironment()
    {
        fixed (byte* name = "portal\0"u8)
        {
            OrtApi.Check(OrtApi.CreateEnv(ErrorSeverity, name, out var created));
            var environment = new OrtHandle(created, OrtApi.ReleaseEnv);
            OrtApi.Check(OrtApi.DisableTelemetry(created));
            return environment;
        }
    }

    private static OrtHandle CreateCpuMemory()
    {
        OrtApi.Check(OrtApi.CreateCpuMemoryInfo(0, 0, out var memory));
        return new OrtHandle(memory, OrtApi.ReleaseMemoryInfo);
    }

    private static OrtHandle CreateOptions(int threads)
    {
        OrtApi.Check(OrtApi.CreateSessionOptions(out var created));
        var options = new OrtHandle(created, OrtApi.ReleaseSessionOptions);
        try
        {
            OrtApi.Check(OrtApi.SetGraphOptimizationLevel(created, AllOptimizations));
            OrtApi.Check(OrtApi.SetIntraOpThreads(created, threads));
            // By default idle workers spin, taking the processor from the threads that decode the next images.
            fixed (byte* key = "session.intra_op.allow_spinning\0"u8, value = "0\0"u8)
                OrtApi.Check(OrtApi.AddSessionConfigEntry(created, key, value));
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    private static OrtHandle CreateTensor(float* data, int length, ReadOnlySpan<long> shape)
    {
        fixed (long* dimensions = shape)
        {
            OrtApi.Check(OrtApi.CreateTensor(
                CpuMemory.Value.DangerousGetHandle(), data, (nuint)length * sizeof(float), dimensions, (nuint)shape.Length, FloatElements, out var tensor));
            return new OrtHandle(tensor, OrtApi.ReleaseValue);
        }
    }

    private static OnnxTensorInfo[] Describe(OrtHandle session, bool isInput)
    {
        var handle = session.DangerousGetHandle();
        OrtApi.Check((isInput ? OrtApi.InputCount : OrtApi.OutputCount)(handle, out var count));
        OrtApi.Check(OrtApi.DefaultAllocator(out var allocator));
        var tensors = new OnnxTensorInfo[(int)count];
        for (var i = 0; i < tensors.Length; i++)
        {
            OrtApi.Check((isInput ? OrtApi.InputName : OrtApi.OutputName)(handle, (nuint)i, allocator, out var name));
            var text = Marshal.PtrToStringUTF8(name)!;
            OrtApi.Check(OrtApi.AllocatorFree(allocator, name));

            OrtApi.Check((isInput ? OrtApi.InputTypeInfo : OrtApi.OutputTypeInfo)(handle, (nuint)i, out var created));
            using var type = new OrtHandle(created, OrtApi.ReleaseTypeInfo);
            tensors[i] = Describe(text, created);
        }
        return tensors;
    }

    private static OnnxTensorInfo Describe(string name, nint type)
    {
        OrtApi.Check(OrtApi.TensorInfo(type, out var info));
        if (info == 0)
            return new OnnxTensorInfo(name, [], IsFloat: false);
        OrtApi.Check(OrtApi.ElementType(info, out var elements));
        OrtApi.Check(OrtApi.Rank(info, out var rank));
        var shape = new long[(int)rank];
        fixed (long* dimensions = shape)
            OrtApi.Check(OrtApi.Dimensions(info, dimensions, rank));
        return new OnnxTensorInfo(name, shape, elements == FloatElements);
    }

    /// <summary>A name as the library takes it: UTF-8 with a zero at its end, in memory that does not move.</summary>
    private static byte[] Pin(OnnxTensorInfo tensor)
    {
        var bytes = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(tensor.Name) + 1, pinned: true);
        Encoding.UTF8.GetBytes(tensor.Name, bytes);
        return bytes;
    }
}
