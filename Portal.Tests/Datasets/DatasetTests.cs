using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Datasets;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Datasets;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Models;
using Portal.Tests.Support;

namespace Portal.Tests.Datasets;

public sealed class DatasetTests : IAsyncLifetime
{
    private CoreHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private DatasetService Datasets => _host.Get<DatasetService>();

    public async ValueTask InitializeAsync()
    {
        _host = await CoreHost.StartAsync();
        await _host.ConceptAsync("cat");
        await _host.ConceptAsync("dog");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public static TheoryData<string> Formats => [.. ExchangeFormats.All.Select(f => f.Id)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_dataset_is_exported_as_it_was_whatever_is_said_later(string format)
    {
        foreach (var seed in Enumerable.Range(1, 6))
        {
            await _host.ProcessedAsync(seed, new InputLabel(seed % 2 == 0 ? "cat" : "dog", seed != 4));
        }

        var live = await ExportAsync(new ExportRequest(format, true));
        await KeepAsync("v1");
        Assert.Equal(live, await ExportAsync(new ExportRequest(format, true, Dataset: "v1")));

        await SayAsync("picture-1", "dog", false);
        await _host.Get<InputService>().DeleteAsync(_host.App.Id, "picture-2", Ct);
        await _host
            .Get<InputService>()
            .SetMetadataAsync(_host.App.Id, "picture-3", new System.Text.Json.Nodes.JsonObject { ["x"] = 1 }, Ct);
        await _host.Get<ConceptService>().UpdateAsync(_host.App.Id, "cat", "Tiger", null, null, Ct);
        await _host.AcceptAsync(7, new InputLabel("cat", true));

        Assert.Equal(live, await ExportAsync(new ExportRequest(format, true, Dataset: "v1")));
        Assert.NotEqual(live, await ExportAsync(new ExportRequest(format, true)));
    }

    [Fact]
    public async Task Two_datasets_differ_in_what_was_added_removed_and_said_otherwise()
    {
        foreach (var seed in Enumerable.Range(1, 4))
        {
            await _host.ProcessedAsync(seed, new InputLabel("cat", true));
        }

        await KeepAsync("before");
        await SayAsync("picture-1", "cat", false);
        await SayAsync("picture-1", "dog", true);
        await _host.Get<InputService>().DeleteAsync(_host.App.Id, "picture-2", Ct);
        await _host.ProcessedAsync(5, new InputLabel("dog", true));
        await KeepAsync("after");

        var diff = await Datasets.CompareAsync(_host.App.Id, "before", "after", 10, Ct);

        Assert.Equal((1, 1, 1, 2), (diff.Added, diff.Removed, diff.Changed, diff.Same));
        Assert.Equal(("picture-5", "picture-2"), (diff.FirstAdded[0].Id, diff.FirstRemoved[0].Id));
        Assert.Equal(
            [new LabelChange("cat", true, false), new LabelChange("dog", null, true)],
            diff.FirstChanged[0].Labels
        );
        var same = await Datasets.CompareAsync(_host.App.Id, "after", "after", 10, Ct);
        Assert.Equal((0, 0, 0, 4), (same.Added, same.Removed, same.Changed, same.Same));
    }

    [Fact]
    public async Task A_filter_narrows_it_and_deleting_can_be_undone()
    {
        foreach (var seed in Enumerable.Range(1, 3))
        {
            await _host.ProcessedAsync(seed, new InputLabel("cat", seed != 2));
        }

        var cat = await _host.Get<ConceptService>().GetAsync(_host.App.Id, "cat", Ct);
        var kept = await KeepAsync("Cats, first", new InputFilter { ConceptIds = [cat.Id] });

        Assert.Equal(("cats_first", 2, 2, 0), (kept.ExternalId, kept.Inputs, kept.Present, kept.Absent));
        Assert.Equal(
            StatusCode.DuplicateId,
            (
                await Assert.ThrowsAsync<PortalException>(() =>
                    Datasets.StartAsync(_host.App.Id, _host.User.Id, "Cats, first", null, null, Ct)
                )
            ).Code
        );
        var deleted = await Datasets.DeleteAsync(_host.App.Id, kept.ExternalId, Ct);
        Assert.Empty(await Datasets.ListAsync(_host.App.Id, Ct));
        await Datasets.RestoreAsync(_host.App.Id, deleted.Id, Ct);
        Assert.Equal(kept.ExternalId, Assert.Single(await Datasets.ListAsync(_host.App.Id, Ct)).ExternalId);
    }

    private async Task<Dataset> KeepAsync(string name, InputFilter? filter = null)
    {
        var (dataset, job) = await Datasets.StartAsync(_host.App.Id, _host.User.Id, name, filter, null, Ct);
        var ended = await Wait.ForAsync(
            () => _host.Get<JobService>().GetAsync(_host.App.Id, job.ExternalId, Ct),
            j => j.IsOver
        );
        Assert.Equal((JobState.Succeeded, ""), (ended.State, ended.State == JobState.Succeeded ? "" : ended.Message));
        return await Datasets.GetAsync(_host.App.Id, dataset.ExternalId, Ct);
    }

    private async Task<byte[]> ExportAsync(ExportRequest request)
    {
        using var file = new MemoryStream();
        await _host.Get<Exporter>().WriteAsync(_host.App.Id, request, file, (_, _, _) => { }, Ct);
        return file.ToArray();
    }

    private async Task SayAsync(string input, string concept, bool value)
    {
        var row = await _host.Get<InputService>().GetAsync(_host.App.Id, input, Ct);
        var said = await _host.Get<ConceptService>().GetAsync(_host.App.Id, concept, Ct);
        await _host
            .Get<AnnotationService>()
            .PatchLabelsAsync(
                _host.App.Id,
                _host.User.Id,
                row.Id,
                new Dictionary<long, bool> { [said.Id] = value },
                PatchAction.Merge,
                Ct
            );
    }
}
