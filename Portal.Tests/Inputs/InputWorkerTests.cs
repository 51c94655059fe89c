using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Engines.Embedding;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Storage;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

public sealed class InputWorkerTests
{
    [Fact]
    public async Task A_picture_whose_bytes_rotted_fails_with_the_reason_is_named_by_the_check_and_mends_by_uploading_it_again()
    {
        using var folder = new TemporaryFolder();
        string damaged;
        await using (var host = await CoreHost.StartAsync(folder.Path, workers: false))
        {
            damaged = host.Get<BlobStore>().PathOf((await host.AcceptAsync(1)).ContentHash);
            await host.AcceptAsync(2);
        }
        // Another whole picture: only the hash can tell.
        await File.WriteAllBytesAsync(damaged, Pictures.Any(3), Ct);

        await using var again = await CoreHost.StartAsync(folder.Path);

        var failed = await EndedAsync(again, 1);
        Assert.Equal(StatusCode.InputFailed, failed.Status);
        Assert.StartsWith(
            "The stored picture is damaged: its bytes are not those that were uploaded.",
            failed.StatusDetail,
            StringComparison.Ordinal
        );
        Assert.Equal(StatusCode.InputSuccess, (await EndedAsync(again, 2)).Status);
        var report = await StorageCheck.RunAsync(new StorageOptions { Root = folder.Path }, null, Ct);
        Assert.Contains("'picture-1' is damaged", Assert.Single(report.Faults), StringComparison.Ordinal);

        await again
            .Get<InputService>()
            .AcceptAsync(again.App.Id, again.User.Id, new NewInput("again"), new MemoryStream(Pictures.Any(1)), Ct);
        await again.Get<InputService>().RetryAsync(again.App.Id, "picture-1", Ct);

        Assert.Equal(StatusCode.InputSuccess, (await EndedAsync(again, 1)).Status);
    }

    [Fact]
    public async Task What_a_worker_that_hangs_holds_is_done_once_by_another_when_its_lease_ends()
    {
        var (clock, embedder) = (new AdjustableClock(), new HangingEmbedder());
        await using var host = await CoreHost.StartAsync(services: services =>
            services.AddSingleton<TimeProvider>(clock).AddSingleton<IImageEmbedder>(embedder)
        );
        await host.AcceptAsync(1);
        await embedder.Hanging.WaitAsync(TimeSpan.FromSeconds(60), Ct);

        clock.Advance(new IngestOptions().Lease + TimeSpan.FromSeconds(1));
        host.Get<InputSignal>().Wake();

        Assert.Equal(StatusCode.InputSuccess, (await EndedAsync(host, 1)).Status);
        embedder.LetGo();
        // The worker that hung takes the next one, after its late result was dropped.
        await host.ProcessedAsync(2);
        await using var db = host.Db();
        Assert.Equal([1, 2], await db.InputEmbeddings.OrderBy(e => e.InputId).Select(e => e.InputId).ToListAsync(Ct));
        Assert.Equal(2, (await db.Inputs.SingleAsync(i => i.ExternalId == "picture-1", Ct)).Attempts);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Task<Input> EndedAsync(CoreHost host, int seed) =>
        Wait.ForAsync(
            () => host.Get<InputService>().GetAsync(host.App.Id, $"picture-{seed}", Ct),
            i => i.Status is StatusCode.InputSuccess or StatusCode.InputFailed
        );

    /// <summary>Hangs at the first picture until it is let go, and does the others.</summary>
    private sealed class HangingEmbedder : IImageEmbedder
    {
        private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Hanging => _hanging.Task;

        public EmbedderIdentity Identity { get; } = new("hanging", "hanging");

        public int Dimensions => 4;

        public int Side => 32;

        public void LetGo() => _release.SetResult();

        public void Embed(ReadOnlySpan<byte> rgb, int count, Span<Half> vectors)
        {
            if (_hanging.TrySetResult())
            {
                _release.Task.Wait(Ct);
            }

            vectors.Clear();
        }
    }
}
