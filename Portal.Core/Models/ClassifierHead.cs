namespace Portal.Core.Models;

public sealed class ClassifierHead
{
    public ClassifierHead(ClassifierLink link, IReadOnlyList<long> conceptIds, float[] weights, float[] biases, float[] mean, float[] scale) =>
        throw new NotImplementedException();

    public ClassifierLink Link { get; }

    public IReadOnlyList<long> ConceptIds { get; }

    public int Dimensions { get; }

    public void Score(ReadOnlySpan<Half> embedding, Span<double> scores) => throw new NotImplementedException();

    public byte[] ToBytes() => throw new NotImplementedException();

    public static ClassifierHead FromBytes(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();
}
