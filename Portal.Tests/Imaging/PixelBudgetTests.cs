using Portal.Core.Engines.Images;

namespace Portal.Tests.Imaging;

public class PixelBudgetTests
{
    [Fact]
    public async Task What_does_not_fit_waits_until_enough_is_given_back()
    {
        var budget = new PixelBudget(100);
        var first = budget.Acquire(60, TestContext.Current.CancellationToken);
        var second = Task.Run(
            () => budget.Acquire(50, TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken
        );

        await Assert.ThrowsAsync<TimeoutException>(() =>
            second.WaitAsync(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken)
        );
        first.Dispose();

        (await second).Dispose();
    }

    [Fact]
    public void More_than_the_whole_budget_is_admitted_alone()
    {
        var budget = new PixelBudget(100);

        budget.Acquire(1_000, TestContext.Current.CancellationToken).Dispose();

        using var all = budget.Acquire(100, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void One_who_stops_waiting_takes_nothing()
    {
        var budget = new PixelBudget(100);
        var holder = budget.Acquire(80, TestContext.Current.CancellationToken);
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));

        Assert.ThrowsAny<OperationCanceledException>(() => budget.Acquire(50, impatient.Token));
        holder.Dispose();

        using var all = budget.Acquire(100, TestContext.Current.CancellationToken);
    }
}
