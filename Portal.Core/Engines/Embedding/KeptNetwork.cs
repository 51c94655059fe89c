namespace Portal.Core.Engines.Embedding;

/// <summary>
/// A network that is kept in the data directory, so that classifiers trained on its vectors can score after the
/// embedder has changed.
/// </summary>
/// <param name="Sha256">SHA-256 of the ONNX file's bytes, lower-case hexadecimal; names the copy.</param>
/// <param name="Side">Width and height, in pixels, of the squares it was given.</param>
public sealed record KeptNetwork(string Sha256, int Side, EmbedderDefinition Definition);
