namespace Portal.Core.Models;

public sealed class LogisticRegressionTrainer : IClassifierTrainer
{
    public ClassifierHead Train(TrainingSet set, TrainingOptions options, IProgress<double>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
