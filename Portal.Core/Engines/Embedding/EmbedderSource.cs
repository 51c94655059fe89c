namespace Portal.Core.Engines.Embedding;

/// <summary>Where an embedder was read from.</summary>
/// <param name="Path">The ONNX file. It may have been replaced since.</param>
public sealed record EmbedderSource(string Path, KeptNetwork Network);
