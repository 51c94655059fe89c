using System.Globalization;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;

namespace Portal.Core.Engines.Training;

/// <summary>What each row of a training set is to teach each linear output.</summary>
internal sealed class TrainingTargets
{
    private TrainingTargets(ClassifierLink link, int[] rows, int outputs, float[] values)
    {
        (Link, Rows, Outputs, Values) = (link, rows, outputs, values);
    }

    public ClassifierLink Link { get; }

    /// <summary>The rows of the set that take part.</summary>
    public int[] Rows { get; }

    /// <summary>The concepts, and with <see cref="ClassifierLink.SoftmaxWithNone"/> one more, the last.</summary>
    public int Outputs { get; }

    /// <summary>Rows × Outputs: the wanted score, 0 to 1; NaN where it is unknown.</summary>
    public float[] Values { get; }

    /// <exception cref="PortalException">See <see cref="IClassifierTrainer.Train"/>.</exception>
    public static TrainingTargets Of(TrainingSet set, TrainingOptions options)
    {
        if (!set.Labels.Any(label => label >= 0))
        {
            throw new PortalException(
                StatusCode.ModelNoData,
                "No input is labelled for the model's concepts. Label some inputs with ✓ or ✗ first."
            );
        }

        var positives = CountOf(set, 1);
        RejectConcepts(
            set,
            positives,
            StatusCode.ModelNoPositives,
            "never marked present (✓). Mark each of them on a few inputs"
        );
        return options.MutuallyExclusive ? Exclusive(set, options.ClosedEnvironment) : Independent(set);
    }

    public float Value(int row, int output) => Values[(row * Outputs) + output];

    /// <summary>The targets of some rows, by their places in <see cref="Rows"/>.</summary>
    public TrainingTargets Select(IReadOnlyList<int> places) =>
        new(
            Link,
            [.. places.Select(place => Rows[place])],
            Outputs,
            [.. places.SelectMany(place => Values.AsSpan(place * Outputs, Outputs).ToArray())]
        );

    private static TrainingTargets Independent(TrainingSet set)
    {
        RejectConcepts(
            set,
            CountOf(set, 0),
            StatusCode.ModelOneClass,
            "never marked absent (✗), so there is nothing to tell them from. Mark each of them absent on a few inputs"
        );
        int[] rows = [.. Enumerable.Range(0, set.Count).Where(row => set.LabelsOf(row).ContainsAnyExcept((sbyte)-1))];
        var values = new float[rows.Length * set.ConceptIds.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var label = set.LabelsOf(rows[i / set.ConceptIds.Count])[i % set.ConceptIds.Count];
            values[i] = label < 0 ? float.NaN : label;
        }

        return new TrainingTargets(ClassifierLink.Sigmoid, rows, set.ConceptIds.Count, values);
    }

    /// <summary>
    /// A row with one concept present teaches that concept; with several, each an equal part. A row where every concept
    /// is absent teaches "none of these" in an open environment. Other rows do not say which concept they are and take
    /// no part.
    /// </summary>
    private static TrainingTargets Exclusive(TrainingSet set, bool closed)
    {
        var concepts = set.ConceptIds.Count;
        var none = !closed && Enumerable.Range(0, set.Count).Any(row => !set.LabelsOf(row).ContainsAnyExcept((sbyte)0));
        if (concepts == 1 && !none)
        {
            throw new PortalException(
                StatusCode.ModelOneClass,
                "The model's concepts exclude each other, but its inputs show one concept only. Add a second "
                    + "concept, or label inputs that show none."
            );
        }

        var outputs = none ? concepts + 1 : concepts;
        var rows = new List<int>();
        var values = new List<float>();
        for (var row = 0; row < set.Count; row++)
        {
            var labels = set.LabelsOf(row);
            var present = labels.Count((sbyte)1);
            if (present == 0 && !(none && !labels.Contains((sbyte)-1)))
            {
                continue;
            }

            rows.Add(row);
            foreach (var label in labels)
            {
                values.Add(label == 1 ? 1f / present : 0);
            }

            if (none)
            {
                values.Add(present == 0 ? 1 : 0);
            }
        }

        return new TrainingTargets(
            none ? ClassifierLink.SoftmaxWithNone : ClassifierLink.Softmax,
            [.. rows],
            outputs,
            [.. values]
        );
    }

    private static int[] CountOf(TrainingSet set, sbyte wanted)
    {
        var counts = new int[set.ConceptIds.Count];
        for (var i = 0; i < set.Labels.Length; i++)
        {
            counts[i % counts.Length] += set.Labels[i] == wanted ? 1 : 0;
        }

        return counts;
    }

    private static void RejectConcepts(TrainingSet set, int[] counts, StatusCode code, string complaint)
    {
        long[] lacking = [.. set.ConceptIds.Where((_, concept) => counts[concept] == 0)];
        if (lacking.Length > 0)
        {
            throw new PortalException(
                code,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{lacking.Length} of the model's {counts.Length} concepts are {complaint}."
                ),
                string.Join(',', lacking)
            );
        }
    }
}
