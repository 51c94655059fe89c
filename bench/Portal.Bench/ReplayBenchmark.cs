using System.Diagnostics;
using System.Globalization;
using Portal.Core.Domain.Evaluation;

namespace Portal.Bench;

/// <summary>
/// What suggested thresholds are worth on a classifier's recorded predictions. Again and again a random part of the
/// rows is labelled, a threshold is suggested from them, and every other row with a greater confidence is accepted.
/// Printed are
/// <list type="bullet">
/// <item>accepted: rows accepted, as a part of all rows; labelled rows do not count;</item>
/// <item>ceiling: the same with the lowest threshold that keeps the error if the truth of all rows is known;</item>
/// <item>error: wrong rows among the accepted ones, the mean over the splits that accept any;</item>
/// <item>broken: splits with more than the guaranteed error among the accepted rows; of one that accepts none, none is
/// wrong;</item>
/// <item>broken (all): splits with more than the guaranteed error among all rows with a greater confidence, labelled or
/// not: the threshold's own error, which is what the guarantee is about; the accepted rows are a sample too and stray
/// around it.</item>
/// </list>
/// </summary>
internal sealed class ReplayBenchmark
{
    private const int Seed = 1;

    private readonly ScoredLabel[] _rows;
    private readonly int[] _wrong;

    /// <param name="rows">"Present" means that the prediction is right.</param>
    private ReplayBenchmark(IEnumerable<ScoredLabel> rows)
    {
        _rows = [.. rows.OrderByDescending(row => row.Score)];
        _wrong = new int[_rows.Length + 1];
        for (var i = 0; i < _rows.Length; i++)
        {
            _wrong[i + 1] = _wrong[i] + (_rows[i].IsPresent ? 0 : 1);
        }
    }

    public static void Run(ReplayOptions options)
    {
        var replay = new ReplayBenchmark(Read(options));
        Console.WriteLine(
            $"{Path.GetFileName(options.File)}: {replay._rows.Length} rows, {options.Splits} splits, guarantee of "
                + $"{1 - options.Delta:0.##%} confidence"
        );
        Console.WriteLine(
            "guaranteed   labelled   accepted   ceiling   error    broken   broken (all)   nothing accepted   seconds"
        );
        foreach (var calibration in options.Calibration)
        {
            foreach (var error in new[] { 0.05, 0.1 })
            {
                Console.WriteLine(replay.Measure(error, calibration, options.Delta, options.Splits));
            }
        }
    }

    private string Measure(double error, double calibration, double delta, int splits)
    {
        var watch = Stopwatch.StartNew();
        var suggester = new ThresholdSuggester(error, 1 - delta);
        var random = new Random(Seed);
        var order = Enumerable.Range(0, _rows.Length).ToArray();
        var labelled = (int)Math.Round(calibration * _rows.Length);
        var (acceptedSum, errorSum, accepting, broken, brokenAll) = (0L, 0.0, 0, 0, 0);
        for (var split = 0; split < splits; split++)
        {
            random.Shuffle(order);
            var high = suggester.High([.. order.Take(labelled).Select(row => _rows[row])]);
            var above = high.Threshold is { } threshold ? CountAbove(threshold) : 0;
            var accepted = above - high.Accepted;
            if (accepted == 0)
            {
                continue;
            }

            var wrong = _wrong[above] - high.Wrong;
            acceptedSum += accepted;
            errorSum += (double)wrong / accepted;
            accepting++;
            if (wrong > error * accepted)
            {
                broken++;
            }

            if (_wrong[above] > error * above)
            {
                brokenAll++;
            }
        }

        var share = (double)acceptedSum / splits / _rows.Length;
        return $"{error, 8:0%} {calibration, 10:0.#%} {share, 10:0.0%} {Ceiling(error) * (1 - calibration), 9:0.0%} "
            + $"{errorSum / accepting, 7:0.00%} "
            + $"{(double)broken / splits, 9:0.0%} {(double)brokenAll / splits, 14:0.0%} "
            + $"{1 - ((double)accepting / splits), 18:0.0%} {watch.Elapsed.TotalSeconds, 9:0.0}";
    }

    private double Ceiling(double error) =>
        (double)
            Enumerable
                .Range(0, _rows.Length + 1)
                .Last(count =>
                    _wrong[count] <= error * count
                    && (count == 0 || count == _rows.Length || _rows[count].Score < _rows[count - 1].Score)
                ) / _rows.Length;

    private int CountAbove(double threshold)
    {
        var (from, to) = (0, _rows.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (_rows[middle].Score > threshold)
            {
                from = middle + 1;
            }
            else
            {
                to = middle;
            }
        }

        return from;
    }

    private static IEnumerable<ScoredLabel> Read(ReplayOptions options)
    {
        var header = File.ReadLines(options.File).First().Split(',');
        var (truth, prediction, confidence) = (
            Column(options.Truth),
            Column(options.Prediction),
            Column(options.Confidence)
        );
        return File.ReadLines(options.File)
            .Skip(1)
            .Select(line => line.Split(','))
            .Select(cells => new ScoredLabel(
                double.Parse(cells[confidence], CultureInfo.InvariantCulture),
                cells[truth] == cells[prediction]
            ));

        int Column(string name) =>
            Array.IndexOf(header, name) is >= 0 and var column
                ? column
                : throw new ArgumentException(
                    $"{options.File} has no column {name}; its columns are {string.Join(", ", header)}."
                );
    }
}
