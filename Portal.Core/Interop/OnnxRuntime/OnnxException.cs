namespace Portal.Core.Interop.OnnxRuntime;

/// <summary>A failed ONNX Runtime call, with the library's own words.</summary>
public sealed class OnnxException(string message) : Exception(message);
