using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Models;

/// <summary>Learns a classifier head from labelled embeddings.</summary>
public interface IClassifierTrainer
{
    /// <param name="progress">From 0 to 1.</param>
    /// <exception cref="PortalException">
    /// <see cref="StatusCode.ModelNoData"/>: nothing is labelled. <see cref="StatusCode.ModelNoPositives"/>: a concept
    /// is never present; the subject lists the keys of all such concepts, separated by commas.
    /// <see cref="StatusCode.ModelOneClass"/>: there is nothing to tell apart.
    /// </exception>
    ClassifierHead Train(
        TrainingSet set,
        TrainingOptions options,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    );
}
