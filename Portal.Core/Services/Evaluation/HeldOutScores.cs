using System.Runtime.InteropServices;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Services.Models;

namespace Portal.Core.Services.Evaluation;

/// <summary>
/// What a cross-validation found: for each labelled input and concept the score of a classifier that did not see the
/// input, beside what people said. Rows are inputs. Immutable by convention: the arrays are not copied.
/// </summary>
/// <param name="Folds">The fold of each row.</param>
/// <param name="Labels">Rows × concepts: 1 present, 0 absent, -1 unknown.</param>
/// <param name="Implied">Rows × concepts: which labels are 0 by the rule of implicit ✗.</param>
/// <param name="SamplingMethods">Rows × concepts: how the input came before the person.</param>
/// <param name="Scores">Rows × concepts, 0 to 1.</param>
public sealed record HeldOutScores(
    long[] ConceptIds,
    long[] InputIds,
    int[] Folds,
    sbyte[] Labels,
    bool[] Implied,
    SamplingMethod[] SamplingMethods,
    double[] Scores
)
{
    private const int Magic = 0x45504141;
    private const int HeaderLength = 3 * sizeof(int);
    private const int MethodShift = 3;
    private const int ImpliedBit = 4;
    private const int LabelBits = 3;

    public int Count => InputIds.Length;

    public static HeldOutScores Of(LabelledInputs labelled, CrossValidationResult result, SamplingMethod[] methods) =>
        new(
            [.. labelled.Set.ConceptIds],
            [.. labelled.InputIds],
            result.Folds,
            labelled.Set.Labels,
            labelled.Implied,
            methods,
            result.Scores
        );

    public sbyte Label(int row, int concept) => Labels[(row * ConceptIds.Length) + concept];

    public double Score(int row, int concept) => Scores[(row * ConceptIds.Length) + concept];

    /// <summary>The scores of one concept on the rows that have an answer for it, in the order of the rows.</summary>
    /// <param name="concept">The concept's index.</param>
    /// <param name="method">Only labels whose input came before a person like that; all if null.</param>
    public ScoredLabel[] LabelsOf(int concept, SamplingMethod? method = null) =>
        [
            .. Enumerable
                .Range(0, Count)
                .Select(row => (row * ConceptIds.Length) + concept)
                .Where(cell => Labels[cell] >= 0 && (method is null || SamplingMethods[cell] == method))
                .Select(cell => new ScoredLabel(Scores[cell], Labels[cell] == 1)),
        ];

    /// <summary>
    /// Answers on which score and person disagree most, the surest first: a ✗ that scores over ½, a ✓ that scores under
    /// it. The label is often what is wrong.
    /// </summary>
    public IReadOnlyList<Mistake> Mistakes(int take) =>
        [
            .. Enumerable
                .Range(0, Labels.Length)
                .Where(cell => Labels[cell] >= 0 && Scores[cell] > 0.5 != (Labels[cell] == 1))
                .OrderByDescending(cell => Math.Abs(Scores[cell] - 0.5))
                .ThenBy(cell => cell)
                .Take(take)
                .Select(cell => new Mistake(
                    cell / ConceptIds.Length,
                    cell % ConceptIds.Length,
                    Scores[cell],
                    Labels[cell] == 1,
                    Implied[cell]
                )),
        ];

    /// <summary>
    /// The confusion matrix without its empty cells. A row whose highest score belongs to a concept that is present
    /// counts once, on the diagonal; another one counts for each concept that is present; one without any does not
    /// count.
    /// </summary>
    public IReadOnlyList<ConfusionCell> Confusion() =>
        [
            .. Enumerable
                .Range(0, Count)
                .SelectMany(row =>
                    ActualOf(row, out var predicted).Select(actual => (Actual: actual, Predicted: predicted, Row: row))
                )
                .GroupBy(count => (count.Actual, count.Predicted), count => count.Row)
                .OrderBy(cell => cell.Key)
                .Select(cell => new ConfusionCell(cell.Key.Actual, cell.Key.Predicted, [.. cell])),
        ];

    /// <summary>
    /// As bytes, in the machine's byte order, little-endian wherever the portal runs: "AAPE", rows and concepts (int32
    /// each), the concepts' and inputs' keys (int64), folds (int32), scores (float64), then a byte a label: value + 1
    /// in two bits, implied in the third, method above them.
    /// </summary>
    public byte[] ToBytes()
    {
        var packed = new byte[Labels.Length];
        for (var cell = 0; cell < packed.Length; cell++)
        {
            packed[cell] = (byte)(
                (Labels[cell] + 1) | (Implied[cell] ? ImpliedBit : 0) | ((int)SamplingMethods[cell] << MethodShift)
            );
        }

        return
        [
            .. MemoryMarshal.AsBytes<int>([Magic, Count, ConceptIds.Length]),
            .. MemoryMarshal.AsBytes(ConceptIds.AsSpan()),
            .. MemoryMarshal.AsBytes(InputIds.AsSpan()),
            .. MemoryMarshal.AsBytes(Folds.AsSpan()),
            .. MemoryMarshal.AsBytes(Scores.AsSpan()),
            .. packed,
        ];
    }

    /// <exception cref="InvalidDataException">The bytes are not whole.</exception>
    public static HeldOutScores FromBytes(ReadOnlySpan<byte> bytes)
    {
        var header = bytes.Length < HeaderLength ? [] : MemoryMarshal.Cast<byte, int>(bytes[..HeaderLength]);
        if (header is not [Magic, >= 0 and var rows, >= 0 and var concepts] || bytes.Length != Length(rows, concepts))
        {
            throw new InvalidDataException("These bytes are not the scores of an evaluation.");
        }

        var rest = bytes[HeaderLength..];
        var conceptIds = Take<long>(ref rest, concepts);
        var inputIds = Take<long>(ref rest, rows);
        var folds = Take<int>(ref rest, rows);
        var scores = Take<double>(ref rest, rows * concepts);
        var packed = rest.ToArray();
        return new HeldOutScores(
            conceptIds,
            inputIds,
            folds,
            Array.ConvertAll(packed, cell => (sbyte)((cell & LabelBits) - 1)),
            Array.ConvertAll(packed, cell => (cell & ImpliedBit) != 0),
            Array.ConvertAll(packed, cell => (SamplingMethod)(cell >> MethodShift)),
            scores
        );
    }

    private static long Length(long rows, long concepts) =>
        HeaderLength
        + (sizeof(long) * (rows + concepts))
        + (sizeof(int) * rows)
        + ((sizeof(double) + 1) * rows * concepts);

    private static T[] Take<T>(ref ReadOnlySpan<byte> rest, int count)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(rest)[..count].ToArray();
        rest = rest[MemoryMarshal.AsBytes<T>(values).Length..];
        return values;
    }

    private int[] ActualOf(int row, out int predicted)
    {
        var scores = Scores.AsSpan(row * ConceptIds.Length, ConceptIds.Length);
        predicted = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<double>(scores);
        return Label(row, predicted) == 1
            ? [predicted]
            : [.. Enumerable.Range(0, ConceptIds.Length).Where(concept => Label(row, concept) == 1)];
    }
}
