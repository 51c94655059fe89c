namespace Portal.Core.Interop.OnnxRuntime;

/// <summary>An input or output of a network.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Shape">Its dimensions, -1 for one that is not fixed.</param>
/// <param name="IsFloat">Whether its elements are 32-bit floats.</param>
public sealed record OnnxTensorInfo(string Name, IReadOnlyList<long> Shape, bool IsFloat);
