using Portal.Core.Domain.Models;

namespace Portal.Core.Domain.Evaluation;

/// <summary>
/// Splits labelled rows into folds that each hold their share of every concept, also when a row has several (iterative
/// stratification: Sechidis, Tsoumakas and Vlahavas, 2011). The rarest concept is dealt out first, each of its rows to
/// the fold that still wants most of it.
/// </summary>
public static class StratifiedFolds
{
    /// <summary>The fold of each row, 0 to <paramref name="folds"/> − 1. The same seed gives the same folds.</summary>
    public static int[] Assign(TrainingSet set, int folds, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        var dealer = new Dealer(set, folds);
        var rows = Enumerable.Range(0, set.Count).ToArray();
        new Random(seed).Shuffle(rows);
        while (dealer.RarestConcept() is { } concept)
        {
            foreach (var row in rows.Where(row => !dealer.IsDealt(row) && set.LabelsOf(row)[concept] == 1))
            {
                dealer.Deal(row, concept);
            }
        }

        foreach (var row in rows.Where(row => !dealer.IsDealt(row)))
        {
            dealer.Deal(row, null);
        }

        return dealer.Folds;
    }

    private sealed class Dealer
    {
        private readonly TrainingSet _set;
        private readonly int[] _positivesLeft;
        private readonly double[] _wantedRows;
        private readonly double[,] _wantedPositives;

        public Dealer(TrainingSet set, int folds)
        {
            _set = set;
            Folds = new int[set.Count];
            Array.Fill(Folds, -1);
            _wantedRows = new double[folds];
            Array.Fill(_wantedRows, (double)set.Count / folds);
            _positivesLeft = new int[set.ConceptIds.Count];
            _wantedPositives = new double[folds, set.ConceptIds.Count];
            for (var concept = 0; concept < _positivesLeft.Length; concept++)
            {
                _positivesLeft[concept] = Enumerable.Range(0, set.Count).Count(row => set.LabelsOf(row)[concept] == 1);
                for (var fold = 0; fold < folds; fold++)
                {
                    _wantedPositives[fold, concept] = (double)_positivesLeft[concept] / folds;
                }
            }
        }

        public int[] Folds { get; }

        public bool IsDealt(int row) => Folds[row] >= 0;

        /// <summary>The concept with the fewest positives not yet dealt, or null when none are left.</summary>
        public int? RarestConcept()
        {
            int? rarest = null;
            for (var concept = 0; concept < _positivesLeft.Length; concept++)
            {
                if (
                    _positivesLeft[concept] > 0
                    && (rarest is null || _positivesLeft[concept] < _positivesLeft[rarest.Value])
                )
                {
                    rarest = concept;
                }
            }

            return rarest;
        }

        public void Deal(int row, int? concept)
        {
            var fold = Enumerable
                .Range(0, _wantedRows.Length)
                .MaxBy(fold => (concept is { } wanted ? _wantedPositives[fold, wanted] : 0, _wantedRows[fold]));
            Folds[row] = fold;
            _wantedRows[fold]--;
            var labels = _set.LabelsOf(row);
            for (var other = 0; other < labels.Length; other++)
            {
                if (labels[other] == 1)
                {
                    _positivesLeft[other]--;
                    _wantedPositives[fold, other]--;
                }
            }
        }
    }
}
