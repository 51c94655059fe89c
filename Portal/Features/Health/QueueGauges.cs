using Portal.Core.Services.Inputs;

namespace Portal.Features.Health;

/// <summary>
/// Sets the gauges of the queue while numbers leave the portal by OTLP; <c>/metrics</c> sets them itself when it is
/// read.
/// </summary>
internal sealed class QueueGauges(InputQueue queue, TimeProvider clock, ILogger<QueueGauges> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                (await queue.DepthAsync(stoppingToken)).Record();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning(e, "The depth of the queue could not be read; it is tried again in {Every}.", Every);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
