using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images.Processes;
using Portal.Core.Platform;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Runs;

namespace Portal.Core.Services.Inputs;

/// <summary>
/// Works off accepted inputs: decode, embed, run the default workflow, commit. Several workers run side by side, each
/// one input at a time on one thread: with as many as there are processors, plus one, neither cores nor disk stand
/// idle, and no stage has to be tuned to another.
/// </summary>
public sealed partial class InputWorker(
    InputQueue queue,
    InputSignal signal,
    BlobStore blobs,
    EmbeddingStore embeddings,
    PastEmbedders pastEmbedders,
    RunService runs,
    AcceptedSpans spans,
    IOptions<IngestOptions> options,
    ILogger<InputWorker> log
) : BackgroundService
{
    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        WriteQueue.LetOthersFirst();
        await WriteAsync(() => queue.RecoverAsync(stoppingToken), stoppingToken);
        await WriteAsync(() => pastEmbedders.KeepUsedAsync(stoppingToken), stoppingToken);
        await Task.WhenAll(
            Enumerable
                .Range(0, options.Value.WorkerCount)
                .Select(_ =>
                    Task.Factory.StartNew(
                            () => WorkAsync(stoppingToken),
                            CancellationToken.None,
                            TaskCreationOptions.None,
                            TaskScheduler.Default
                        )
                        .Unwrap()
                )
        );
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // Whatever happens to one batch (a full disk, a locked database), the worker goes on with the next.
#pragma warning disable CA1031
            try
            {
                var claims = await queue.ClaimAsync(stoppingToken);
                if (claims.Count == 0)
                {
                    pastEmbedders.Trim();
                    await signal.WaitAsync(IdleWait, stoppingToken);
                    continue;
                }
                signal.Wake();
                await WorkOffAsync(claims, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (StorageFault.Of(e) is { } fault)
                {
                    Waiting(fault);
                }
                else
                {
                    LogFault(log, e);
                }

                await Task.Delay(FaultPause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
#pragma warning restore CA1031
        }
    }

    private async Task WorkOffAsync(IReadOnlyList<InputClaim> claims, CancellationToken stoppingToken)
    {
        var open = new Queue<InputClaim>(claims);
        try
        {
            while (open.TryPeek(out var claim))
            {
                stoppingToken.ThrowIfCancellationRequested();
                await WorkOffAsync(claim, stoppingToken);
                open.Dequeue();
            }
        }
        finally
        {
            await ReleaseAsync(open, countAttempt: false, stoppingToken);
        }
    }

    /// <summary>
    /// Gives claims back, even while the data directory cannot take it: they would else wait until their lease ends.
    /// </summary>
    private Task ReleaseAsync(
        IReadOnlyCollection<InputClaim> claims,
        bool countAttempt,
        CancellationToken stoppingToken
    ) => WriteAsync(() => queue.ReleaseAsync(claims, countAttempt, CancellationToken.None), stoppingToken);

    /// <summary>
    /// Writes what must be written, again and again while the data directory cannot take it and the portal goes on.
    /// </summary>
    private async Task WriteAsync(Func<Task> write, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception e) when (StorageFault.Of(e) is not null && !stoppingToken.IsCancellationRequested)
            {
                Waiting(StorageFault.Of(e)!);
                await Task.Delay(FaultPause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WorkOffAsync(InputClaim claim, CancellationToken ct)
    {
        using var scope = log.BeginScope("Input {InputId}", claim.Input.ExternalId);
        // A trace of its own, which outlives the request that brought the input and points back to it.
        using var span = Telemetry.Spans.StartActivity(
            ActivityKind.Consumer,
            parentContext: default,
            links: spans.Take(claim.Input.Id),
            name: "process"
        );
        span?.SetTag("input.id", claim.Input.ExternalId);
        var used = new List<PastEmbedders.Used>();
        try
        {
            var needed = claim.Input.WorkflowVersionId is { } versionId ? await runs.PastAsync(versionId, ct) : [];
            foreach (var embedder in needed.DistinctBy(n => n.EmbedderId))
            {
                var (use, whyGone) = await pastEmbedders.UseAsync(embedder.EmbedderId, ct);
                if (use is null)
                {
                    await queue.HoldAsync(claim, HeldReason(embedder, whyGone!), ct);
                    return;
                }
                used.Add(use);
            }
            blobs.RequireWhole(claim.Input.ContentHash);
            var picture = blobs.PathOf(claim.Input.ContentHash);
            var vector = await embeddings.EmbedAsync(picture, ct);
            var past = new Dictionary<long, Half[]>();
            foreach (var use in used)
            {
                past[use.EmbedderId] = await embeddings.EmbedAsync(picture, use.Embedder, ct);
            }

            await queue.CommitAsync(claim, vector, ct, past);
        }
        catch (PortalException e)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            await queue.FailAsync(claim, e.Message, ct);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            await queue.FailAsync(claim, BlobStore.GoneText, ct);
        }
        // The attempt counts, so that an input that always ends like this is set aside; the rest of the batch goes on.
        // What is no fault of the picture's ends the batch instead, which is given back as if it had not been claimed.
#pragma warning disable CA1031
        catch (Exception e)
            when (e is not (OperationCanceledException or DecoderUnavailableException) && StorageFault.Of(e) is null)
        {
            LogInputFault(log, claim.Input.ExternalId, e);
            await ReleaseAsync([claim], countAttempt: true, ct);
        }
#pragma warning restore CA1031
        finally
        {
            foreach (var use in used)
            {
                use.Dispose();
            }
        }
    }

    internal static string HeldReason(PastEmbedderUse needed, string whyGone) =>
        $"Waits until the model {needed.ModelName} is trained again: version {needed.VersionNumber} in the default "
        + $"workflow reads vectors of {needed.EmbedderName}, and {whyGone}. "
        + "Train it again, or put the file back and restart the portal.";

    private void Waiting(PortalException reason)
    {
        Telemetry.StorageWaits.Add(1);
        LogWaiting(log, reason.Message);
    }

    [LoggerMessage(LogLevel.Error, "Working on input {InputId} hit a fault")]
    private static partial void LogInputFault(ILogger log, string inputId, Exception e);

    [LoggerMessage(LogLevel.Warning, "An input worker waits: {Reason}")]
    private static partial void LogWaiting(ILogger log, string reason);

    [LoggerMessage(LogLevel.Error, "An input worker hit a fault and goes on")]
    private static partial void LogFault(ILogger log, Exception e);
}
