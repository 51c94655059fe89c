namespace Portal.Core.Services.Jobs;

/// <summary>
/// <see cref="Progress{T}"/> would post each report to another thread, where a late one could follow the last.
/// </summary>
internal sealed class InlineProgress(Action<double> report) : IProgress<double>
{
    public void Report(double value) => report(value);
}
