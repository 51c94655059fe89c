using Microsoft.ML.OnnxRuntime;
using Portal.Core.Platform;

namespace Portal.Core.Engines.Embedding;

/// <summary>Opens networks in ONNX Runtime, which reports to nobody.</summary>
internal static class OnnxSessions
{
    private const string CudaProvider = "CUDAExecutionProvider";

    private static readonly Lazy<OrtEnv> s_environment = new(StartSilent);

    /// <param name="model">An ONNX file's bytes; its weights must lie within.</param>
    /// <param name="threads">Threads that one operator may use, at least 1.</param>
    /// <exception cref="OnnxRuntimeException">
    /// The bytes are no network that the library can run, or it was built without the provider.
    /// </exception>
    public static InferenceSession Open(byte[] model, int threads, ExecutionProvider provider)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var environment = s_environment.Value;
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // By default idle workers spin, taking the processor from the threads that decode the next images.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (provider == ExecutionProvider.Cuda)
        {
            if (!environment.GetAvailableProviders().Contains(CudaProvider))
            {
                throw new InvalidOperationException(
                    $"{EmbedderOptions.Section}:{nameof(EmbedderOptions.Provider)} is {provider}, and this portal "
                        + $"is built without it. "
                        + "Build it with -p:OnnxRuntimeCuda=true, or choose Cpu."
                );
            }

            options.AppendExecutionProvider_CUDA();
        }

        return new InferenceSession(model, options);
    }

    /// <summary>
    /// Outside Windows the library reports programs, models and errors to its makers, and keeps what it could not send
    /// in the user's cache folder. It asks the variable when it is loaded; the call is for Windows and for what it
    /// reports once it runs.
    /// </summary>
    private static OrtEnv StartSilent()
    {
        ProcessEnvironment.Set("ORT_DISABLE_TELEMETRY", "1");
        var options = new EnvironmentCreationOptions
        {
            logId = "portal",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        var environment = OrtEnv.CreateInstanceWithOptions(ref options);
        environment.DisableTelemetryEvents();
        return environment;
    }
}
