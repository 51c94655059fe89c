using System.Security.Cryptography;
using Portal.Core.Domain.Models;

namespace Portal.Tests.Models;

public class ClassifierHeadTests
{
    private static readonly Half[] s_embedding = [(Half)4, (Half)9, (Half)0.25];

    [Fact]
    public void A_sigmoid_score_is_the_formula_by_hand()
    {
        // Features 2, 3, 0.5; standardised (2-1)/2 = 0.5, (3-1)/0.5 = 4, (0.5-0.5)/1 = 0.
        var head = Head(ClassifierLink.Sigmoid);

        Assert.Equal(Sigmoid((1 * 0.5) + (-0.25 * 4) + 0.1), Score(head)[0], 1e-6);
        Assert.Equal(Sigmoid((2 * 0.5) + (0.5 * 4) - 1), Score(head)[1], 1e-6);
    }

    [Fact]
    public void Softmax_scores_sum_to_one_and_with_none_to_less()
    {
        var (first, second) = (Math.Exp(-0.4), Math.Exp(2));

        Assert.Equal(second / (first + second), Score(Head(ClassifierLink.Softmax))[1], 1e-6);
        Assert.Equal(second / (first + second + 1), Score(Head(ClassifierLink.SoftmaxWithNone))[1], 1e-6);
    }

    [Fact]
    public void Extreme_outputs_stay_within_zero_and_one()
    {
        foreach (var link in Enum.GetValues<ClassifierLink>())
        {
            var head = new ClassifierHead(link, [1, 2], [1e6f, 0, 0, -1e6f, 0, 0], [0, 0], [0, 0, 0], [1, 1, 1]);
            Assert.Equal(1, Score(head)[0]);
            Assert.Equal(0, Score(head)[1]);
        }
    }

    [Fact]
    public void The_root_of_a_negative_component_keeps_its_sign()
    {
        var head = new ClassifierHead(ClassifierLink.Sigmoid, [1], [1], [0], [0], [1]);
        var scores = new double[1];
        head.Score([(Half)(-4)], scores);

        Assert.Equal(Sigmoid(-2), scores[0], 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(2816)]
    public void Any_number_of_dimensions_is_summed_whole(int dimensions)
    {
        var random = new Random(dimensions);
        var weights = Enumerable.Range(0, dimensions).Select(_ => (float)(random.NextDouble() - 0.5) / 10).ToArray();
        var embedding = Enumerable.Range(0, dimensions).Select(_ => (Half)random.NextDouble()).ToArray();
        var head = new ClassifierHead(
            ClassifierLink.Sigmoid,
            [1],
            weights,
            [0.3f],
            new float[dimensions],
            [.. Enumerable.Repeat(1f, dimensions)]
        );
        var scores = new double[1];
        head.Score(embedding, scores);

        Assert.Equal(
            Sigmoid(0.3f + embedding.Select((value, d) => Math.Sqrt((double)value) * weights[d]).Sum()),
            scores[0],
            1e-5
        );
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        var head = Head(ClassifierLink.Sigmoid);

        Assert.Throws<ArgumentException>(() => head.Score(s_embedding.AsSpan(0, 2), new double[2]));
        Assert.Throws<ArgumentException>(() => head.Score(s_embedding, new double[1]));
        Assert.Throws<ArgumentException>(() => head.Score([(Half)1, Half.PositiveInfinity, (Half)1], new double[2]));
    }

    [Theory]
    [InlineData(ClassifierLink.Sigmoid)]
    [InlineData(ClassifierLink.Softmax)]
    [InlineData(ClassifierLink.SoftmaxWithNone)]
    public void Bytes_read_back_give_the_same_head(ClassifierLink link)
    {
        var head = Head(link);
        var read = ClassifierHead.FromBytes(head.ToBytes());

        Assert.Equal(link, read.Link);
        Assert.Equal(head.ConceptIds, read.ConceptIds);
        Assert.Equal(3, read.Dimensions);
        Assert.Equal(Score(head), Score(read));
        Assert.Equal(head.ToBytes(), read.ToBytes());
    }

    [Fact]
    public void Any_cut_and_any_flipped_bit_is_noticed()
    {
        var bytes = Head(ClassifierLink.Sigmoid).ToBytes();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => ClassifierHead.FromBytes(bytes.AsSpan(0, length)));
        }

        Assert.Throws<InvalidDataException>(() => ClassifierHead.FromBytes([.. bytes, 0]));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<InvalidDataException>(() => ClassifierHead.FromBytes(changed));
        }
    }

    [Theory]
    [InlineData(8, 3)] // an unknown link
    [InlineData(12, 0)] // no concepts
    [InlineData(12, int.MaxValue)]
    [InlineData(16, -1)] // dimensions
    [InlineData(36, float.NaN)] // a weight
    [InlineData(36, float.PositiveInfinity)]
    [InlineData(80, 0f)] // a scale
    [InlineData(80, -1f)]
    public void Unsound_content_is_refused_even_with_a_right_checksum(int offset, object value)
    {
        var bytes = Head(ClassifierLink.Sigmoid).ToBytes();
        (value is int number ? BitConverter.GetBytes(number) : BitConverter.GetBytes((float)value)).CopyTo(
            bytes,
            offset
        );
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)).CopyTo(bytes, bytes.Length - 32);

        Assert.Throws<InvalidDataException>(() => ClassifierHead.FromBytes(bytes));
    }

    [Fact]
    public void A_concept_listed_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() =>
            new ClassifierHead(ClassifierLink.Sigmoid, [1, 1], [1, 2], [0, 0], [0], [1])
        );

    private static ClassifierHead Head(ClassifierLink link) =>
        new(link, [41, 42], [1, -0.25f, 5, 2, 0.5f, -5], [0.1f, -1], [1, 1, 0.5f], [2, 0.5f, 1]);

    private static double[] Score(ClassifierHead head)
    {
        var scores = new double[head.ConceptIds.Count];
        head.Score(s_embedding, scores);
        return scores;
    }

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));
}
