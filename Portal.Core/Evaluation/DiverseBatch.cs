using System.Numerics.Tensors;

namespace Portal.Core.Evaluation;

/// <summary>
/// Chooses what a person should label next: the least certain, spread over clusters, so that one batch does not ask the same twice (Zhdanov, "Diverse
/// mini-batch active learning", 2019).
/// </summary>
public static class DiverseBatch
{
    /// <summary>So many times the batch are looked at, the least certain ones.</summary>
    private const int Shortlist = 4;

    private const int Rounds = 8;

    /// <param name="features">One vector an input, all of one length; only their directions count.</param>
    /// <param name="uncertainty">One number an input: the higher, the less certain.</param>
    /// <returns>Places in the lists, the least certain first; one of each cluster.</returns>
    public static IReadOnlyList<int> Pick(IReadOnlyList<float[]> features, IReadOnlyList<double> uncertainty, int take)
    {
        int[] shortlist = [.. Enumerable.Range(0, features.Count).OrderByDescending(i => uncertainty[i]).Take(Shortlist * take)];
        if (shortlist.Length <= take) return shortlist;
        var unit = Array.ConvertAll(shortlist, i => Unit(features[i]));
        var cluster = Cluster(unit, take);
        // The shortlist is in order of uncertainty, so the first of a cluster is its least certain.
        var firsts = Enumerable.Range(0, shortlist.Length).DistinctBy(i => cluster[i]).ToList();
        // An empty cluster's place goes to the next in line.
        var rest = Enumerable.Range(0, shortlist.Length).Except(firsts);
        return [.. firsts.Concat(rest).Take(take).Order().Select(i => shortlist[i])];
    }

    /// <summary>Spherical k-means from spread-out starts: each next one is the point least like those before.</summary>
    private static int[] Cluster(float[][] points, int count)
    {
        var centres = Starts(points, count);
        var cluster = new int[points.Length];
        for (var round = 0; round < Rounds; round++)
        {
            var nearest = Array.ConvertAll(points, point => Nearest(centres, point));
            if (round > 0 && nearest.SequenceEqual(cluster)) break;
            cluster = nearest;
            for (var c = 0; c < centres.Length; c++)
            {
                var sum = new float[points[0].Length];
                for (var i = 0; i < points.Length; i++)
                {
                    if (cluster[i] == c) TensorPrimitives.Add(sum, points[i], sum);
                }
                if (TensorPrimitives.Norm<float>(sum) > 0) centres[c] = Unit(sum);
            }
        }
        return cluster;
    }

    private static float[][] Starts(float[][] points, int count)
    {
        var starts = new List<float[]> { points[0] };
        var closest = Array.ConvertAll(points, point => TensorPrimitives.Dot<float>(point, points[0]));
        while (starts.Count < count)
        {
            var next = points[TensorPrimitives.IndexOfMin<float>(closest)];
            starts.Add(next);
            for (var i = 0; i < points.Length; i++) closest[i] = Math.Max(closest[i], TensorPrimitives.Dot<float>(points[i], next));
        }
        return [.. starts];
    }

    private static int Nearest(float[][] centres, float[] point)
    {
        var likeness = Array.ConvertAll(centres, centre => TensorPrimitives.Dot<float>(centre, point));
        return TensorPrimitives.IndexOfMax<float>(likeness);
    }

    private static float[] Unit(float[] vector)
    {
        var unit = new float[vector.Length];
        var norm = TensorPrimitives.Norm<float>(vector);
        if (norm > 0) TensorPrimitives.Divide(vector, norm, unit);
        return unit;
    }
}
