using MathNet.Numerics;
using Portal.Core.Domain.Evaluation;

namespace Portal.Tests.Evaluation;

public class ErrorBudgetTests
{
    [Theory]
    [InlineData(0.05)]
    [InlineData(0.1)]
    [InlineData(0.37)]
    public void The_binomial_tail_is_the_sum_of_its_terms(double error)
    {
        foreach (var sample in new[] { 1, 2, 17, 59, 300, 2000 })
        {
            foreach (var wrong in new[] { 0, 1, sample / 20, sample / 3, sample - 1 }.Distinct())
            {
                Assert.Equal(Sum(wrong, sample, error), ErrorBudget.AtMost(wrong, sample, error), 1e-9);
            }
        }
    }

    [Theory]
    [InlineData(0.05, 0.05)]
    [InlineData(0.1, 0.01)]
    [InlineData(0.5, 0.2)]
    public void The_most_that_may_be_wrong_is_the_last_with_a_small_tail(double error, double risk)
    {
        var budget = new ErrorBudget(error, risk);

        for (var sample = 0; sample <= 400; sample++)
        {
            Assert.Equal(
                Enumerable.Range(0, sample + 1).TakeWhile(wrong => Sum(wrong, sample, error) <= risk).Count() - 1,
                budget.Allowed(sample)
            );
        }
    }

    [Theory]
    [InlineData(0.05, 0.05, 59)]
    [InlineData(0.1, 0.05, 29)]
    [InlineData(0.01, 0.05, 299)]
    [InlineData(0.05, 0.1, 45)]
    public void The_smallest_sample_has_its_closed_form(double error, double risk, int expected)
    {
        Assert.Equal(expected, (int)Math.Ceiling(Math.Log(risk) / Math.Log(1 - error)));
        Assert.Equal(expected, new ErrorBudget(error, risk).SmallestSampleWith(0));
    }

    [Theory]
    [InlineData(0, 0.05)]
    [InlineData(1, 0.05)]
    [InlineData(0.05, 0)]
    [InlineData(double.NaN, 0.05)]
    public void Error_and_risk_lie_between_0_and_1(double error, double risk) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ErrorBudget(error, risk));

    private static double Sum(int wrong, int sample, double error) =>
        Enumerable
            .Range(0, wrong + 1)
            .Sum(k =>
                Math.Exp(
                    SpecialFunctions.BinomialLn(sample, k)
                        + (k * Math.Log(error))
                        + ((sample - k) * Math.Log(1 - error))
                )
            );
}
