namespace Portal.Core.Domain.Evaluation;

/// <summary>
/// Finds thresholds that come with a guarantee. For the high one: with the stated confidence, at most <c>error</c> of
/// what scores greater is wrong, in the long run, of inputs drawn like the labelled ones. For the low one: with the
/// same confidence, at least <c>recall</c> of what is present scores at least as much. Both are exact for any number of
/// labels and any classifier. Not safe for use by several threads.
/// </summary>
/// <remarks>
/// The high threshold is found by fixed-sequence testing (Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then
/// Test", 2021) with the exact binomial test (as Geifman and El-Yaniv, "Selective classification for deep neural
/// networks", 2017). Thresholds are tried from a high one downwards, each with the whole risk 1 − confidence, until one
/// fails; the last that held is the answer. To break the guarantee the first threshold that does not keep it must hold,
/// and that has at most this risk, because of the labels above a given threshold, however many, each is wrong
/// independently with the same chance. The scores need not be calibrated; it is only assumed that below a threshold
/// that breaks the guarantee none keeps it. Where the sequence starts and what steps it takes may depend on the scores
/// but never on what is right. At the very top so few labels are above the threshold that a single wrong one ends the
/// sequence, so it starts at a third of what scores above ½; where that is few, at the smallest sample that forgives
/// one, if so many score above ½, and else at the smallest that can say anything. Finer steps than
/// <see cref="GridSize"/> gain little, for neighbours share their labels, and spend what is left of the risk; that rest
/// is wanted, for the inputs that are accepted are themselves a sample that strays around the long run.
/// </remarks>
public sealed class ThresholdSuggester
{
    /// <summary>
    /// At most about so many thresholds are tried; all of them where there are fewer labels than twice that.
    /// </summary>
    public const int GridSize = 100;

    private const double LikelyPresent = 0.5;
    private const int StartShare = 3;
    private const int ReachShare = 4;
    private const double MostTimesMoreLabels = 1000;

    private readonly ErrorBudget _wrong;
    private readonly ErrorBudget _missed;

    /// <param name="error">The part of what is accepted that may be wrong.</param>
    /// <param name="recall">The part of what is present that must not be dropped.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not between 0 and 1, both excluded.</exception>
    public ThresholdSuggester(double error = 0.05, double confidence = 0.95, double recall = 0.95)
    {
        _wrong = new ErrorBudget(error, 1 - confidence);
        _missed = new ErrorBudget(1 - recall, 1 - confidence);
    }

    /// <summary>The lowest threshold that the sequence reaches.</summary>
    /// <param name="labels">Out-of-fold scores of one concept: the scorer must not have seen the label.</param>
    /// <param name="audited">
    /// Labels drawn from what an earlier version accepted. There they are such a sample too, and below that they would
    /// hide what is wrong. Where "there" ends is not known for this version's scores, which differ from those it
    /// accepted by: three quarters of these labels lie well inside, so they count for thresholds down to their lower
    /// quartile. From there on <paramref name="labels"/> stand alone.
    /// </param>
    public HighThreshold High(IReadOnlyCollection<ScoredLabel> labels, IReadOnlyCollection<ScoredLabel>? audited = null)
    {
        var alone = new Ranking(labels);
        var ranking = audited is { Count: > 0 } ? new Ranking([.. labels, .. audited]) : alone;
        var reach = audited is { Count: > 0 }
            ? audited.Select(label => label.Score).Order().ElementAt(audited.Count / ReachShare)
            : 0;
        var step = Math.Max(1, ranking.Count / GridSize);
        HighThreshold? reached = null;
        // Multiples of the step, so that different guarantees try the same thresholds.
        for (var next = Start(ranking); next <= ranking.Count; next = ((next / step) + 1) * step)
        {
            var accepted = ranking.EndOfTie(next);
            var threshold = ranking.ThresholdBelow(accepted);
            var sample = threshold >= reach ? ranking : alone;
            var counted = sample.CountAbove(threshold);
            var wrong = sample.WrongOf(counted);
            if (wrong > _wrong.Allowed(counted))
            {
                break;
            }

            reached = new HighThreshold(threshold, counted, wrong, null);
        }

        return reached ?? new HighThreshold(null, 0, 0, MoreLabels(alone, labels.Count));
    }

    /// <summary>
    /// The highest threshold that drops few enough: an order statistic of the scores, of which the part of all scores
    /// below it is known to follow a beta distribution (Wilks, 1941).
    /// </summary>
    /// <param name="present">Out-of-fold scores of inputs that show the concept.</param>
    public LowThreshold Low(IReadOnlyCollection<double> present)
    {
        var dropped = _missed.Allowed(present.Count);
        return dropped < 0
            ? new LowThreshold(null, _missed.SmallestSampleWith(0) - present.Count)
            : new LowThreshold(present.Order().ElementAt(dropped), null);
    }

    private int Start(Ranking ranking)
    {
        var likely = ranking.CountAbove(LikelyPresent);
        var forgiving = _wrong.SmallestSampleWith(1);
        var start = Math.Max(likely / StartShare, likely >= forgiving ? forgiving : _wrong.SmallestSampleWith(0));
        // The fewest labels among which as many may be wrong: these are the surest.
        while (_wrong.Allowed(start - 1) == _wrong.Allowed(start))
        {
            start--;
        }

        return start;
    }

    /// <summary>The least growth with which some threshold would hold, if all counts above it grew alike.</summary>
    private int? MoreLabels(Ranking ranking, int labels)
    {
        if (labels == 0)
        {
            return _wrong.SmallestSampleWith(0);
        }

        var growth = MostTimesMoreLabels;
        var found = false;
        for (var accepted = 1; accepted <= ranking.Count; accepted++)
        {
            var wrong = ranking.WrongOf(accepted);
            if (ranking.EndOfTie(accepted) != accepted || !_wrong.Holds(wrong * growth, accepted * growth))
            {
                continue;
            }

            found = true;
            var tooLittle = 1.0;
            while (growth - tooLittle > 1e-3)
            {
                var middle = (growth + tooLittle) / 2;
                if (_wrong.Holds(wrong * middle, accepted * middle))
                {
                    growth = middle;
                }
                else
                {
                    tooLittle = middle;
                }
            }
        }

        return found ? Math.Max(1, (int)Math.Ceiling((growth - 1) * labels)) : null;
    }

    /// <summary>The labels that a threshold from 0 to 1 can accept, highest score first.</summary>
    private sealed class Ranking
    {
        private readonly double[] _scores;
        private readonly int[] _wrong;

        public Ranking(IReadOnlyCollection<ScoredLabel> labels)
        {
            ScoredLabel[] sorted = [.. labels.Where(label => label.Score > 0).OrderByDescending(label => label.Score)];
            _scores = [.. sorted.Select(label => label.Score)];
            _wrong = new int[sorted.Length + 1];
            for (var i = 0; i < sorted.Length; i++)
            {
                _wrong[i + 1] = _wrong[i] + (sorted[i].IsPresent ? 0 : 1);
            }
        }

        public int Count => _scores.Length;

        public int CountAbove(double score) => _scores.TakeWhile(s => s > score).Count();

        public int WrongOf(int first) => _wrong[first];

        /// <summary>
        /// A threshold parts no equal scores: the least number to accept that is not below <paramref name="first"/>.
        /// </summary>
        public int EndOfTie(int first)
        {
            while (first < Count && _scores[first] == _scores[first - 1])
            {
                first++;
            }

            return first;
        }

        /// <summary>The lowest threshold that accepts exactly so many.</summary>
        public double ThresholdBelow(int first) => first < Count ? _scores[first] : 0;
    }
}
