namespace Portal.Core.Engines.Embedding;

/// <summary>What ONNX Runtime computes the embedder on.</summary>
public enum ExecutionProvider
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>The first NVIDIA GPU; only in a build with <c>-p:OnnxRuntimeCuda=true</c>.</summary>
    Cuda,
}
