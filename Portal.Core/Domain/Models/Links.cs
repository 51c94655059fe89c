namespace Portal.Core.Domain.Models;

/// <summary>Linear outputs to scores, in a form that neither overflows nor loses small differences.</summary>
internal static class Links
{
    public static double Sigmoid(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));

    public static void Apply(ClassifierLink link, Span<double> outputs)
    {
        if (link is ClassifierLink.Sigmoid)
        {
            foreach (ref var output in outputs)
            {
                output = Sigmoid(output);
            }
        }
        else
        {
            Softmax(outputs, link is ClassifierLink.SoftmaxWithNone ? 0 : double.NegativeInfinity);
        }
    }

    /// <summary>The log loss of one row; the outputs are overwritten.</summary>
    /// <param name="targets">The wanted scores, one an output; NaN where unknown, with sigmoids only: no loss.</param>
    public static double Loss(ClassifierLink link, Span<double> outputs, ReadOnlySpan<float> targets)
    {
        double loss = 0;
        for (var i = 0; i < outputs.Length; i++)
        {
            if (float.IsNaN(targets[i]))
            {
                continue;
            }

            loss -= targets[i] * outputs[i];
            // −t·ln p − (1−t)·ln(1−p) = max(z, 0) − t·z + ln(1 + e^−|z|)
            if (link is ClassifierLink.Sigmoid)
            {
                loss += Math.Max(outputs[i], 0) + Math.Log(1 + Math.Exp(-Math.Abs(outputs[i])));
            }
        }

        return link is ClassifierLink.Sigmoid ? loss : loss + Softmax(outputs);
    }

    /// <summary>Softmax in place, over the outputs and one more, <paramref name="none"/>, that is not kept.</summary>
    /// <returns>The logarithm of the sum of exponentials.</returns>
    public static double Softmax(Span<double> outputs, double none = double.NegativeInfinity)
    {
        var highest = none;
        foreach (var output in outputs)
        {
            highest = Math.Max(highest, output);
        }

        var sum = Math.Exp(none - highest);
        foreach (ref var output in outputs)
        {
            output = Math.Exp(output - highest);
            sum += output;
        }

        foreach (ref var output in outputs)
        {
            output /= sum;
        }

        return highest + Math.Log(sum);
    }
}
