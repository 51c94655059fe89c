using Portal.Core.Domain.Models;
using Portal.Core.Engines.Training;

namespace Portal.Tests.Models;

/// <summary>
/// A sum in single precision can depend on where in memory its numbers lie. Each training has arrays of its own, moved
/// by a few bytes against those of the one before.
/// </summary>
public class TrainingRepeatsTests
{
    private const int Times = 6;

    [Theory]
    [InlineData(512, 512, false)]
    [InlineData(512, 512, true)]
    [InlineData(2_500, 67, false)]
    [InlineData(2_500, 67, true)]
    public void The_same_data_in_other_places_of_memory_give_the_same_bytes(int count, int dimensions, bool exclusive)
    {
        var set = TrainingSets.Clusters(count, dimensions, 3, noise: 4);
        var all = Enumerable.Range(0, count).ToArray();
        var options = new TrainingOptions { MutuallyExclusive = exclusive, ClosedEnvironment = exclusive };
        var between = new List<byte[]>();
        var heads = Enumerable
            .Range(0, Times)
            .Select(time =>
            {
                between.Add(new byte[8 * time]);
                var head = new LogisticRegressionTrainer().Train(
                    set.Select(all),
                    options,
                    null,
                    CancellationToken.None
                );
                return Convert.ToHexString(head.ToBytes());
            })
            .ToList();
        GC.KeepAlive(between);
        Assert.Single(heads.Distinct());
    }
}
