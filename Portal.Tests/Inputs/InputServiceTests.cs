using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Engines.Images;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Models;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

public sealed class InputServiceTests : IAsyncLifetime
{
    private CoreHost _host = null!;
    private InputService _inputs = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CoreHost.StartAsync(workers: false);
        _inputs = _host.Get<InputService>();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_accepted_input_says_what_it_is_and_its_bytes_are_kept_under_their_hash()
    {
        var picture = Pictures.Any(1);

        var input = await AcceptAsync(new NewInput("one", @"C:\photos\one.png"), picture);

        Assert.Equal(
            (StatusCode.InputPending, "image/png", 64, 64, "one.png", (long)picture.Length),
            (input.Status, input.MediaType, input.Width, input.Height, input.FileName, input.ByteLength)
        );
        Assert.Equal(
            picture,
            await File.ReadAllBytesAsync(
                _host.Get<BlobStore>().PathOf(input.ContentHash),
                TestContext.Current.CancellationToken
            )
        );
    }

    [Fact]
    public async Task An_id_that_is_taken_is_refused()
    {
        await AcceptAsync(new NewInput("one"), Pictures.Any(1));

        var refusal = await RefusalAsync(new NewInput("one"), Pictures.Any(2));

        Assert.Equal((StatusCode.DuplicateId, "one"), (refusal.Code, refusal.Subject));
        await AssertKeptAsync("one");
    }

    [Fact]
    public async Task Ids_differ_by_case()
    {
        await AcceptAsync(new NewInput("one"), Pictures.Any(1));
        await AcceptAsync(new NewInput("One"), Pictures.Any(2));

        await AssertKeptAsync("one", "One");
    }

    [Fact]
    public async Task Of_two_uploads_with_one_id_at_once_one_is_accepted()
    {
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(async seed =>
                {
                    try
                    {
                        await AcceptAsync(new NewInput("same"), Pictures.Any(seed));
                        return StatusCode.Ok;
                    }
                    catch (PortalException e)
                    {
                        return e.Code;
                    }
                })
        );

        Assert.Equal(
            [StatusCode.Ok, StatusCode.DuplicateId, StatusCode.DuplicateId, StatusCode.DuplicateId],
            outcomes.Order()
        );
        await AssertKeptAsync("same");
    }

    [Fact]
    public async Task The_same_bytes_twice_are_two_inputs_with_one_blob_unless_duplicates_are_to_be_skipped()
    {
        await AcceptAsync(new NewInput("one"), Pictures.Any(1));
        await AcceptAsync(new NewInput("two"), Pictures.Any(1));

        var refusal = await RefusalAsync(new NewInput("three", SkipDuplicate: true), Pictures.Any(1));

        Assert.Equal((StatusCode.InputDuplicate, "one"), (refusal.Code, refusal.Subject));
        await AssertKeptAsync("one", "two");
        Assert.Single(Directory.EnumerateFiles(Storage.BlobRoot, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_label_with_an_unknown_concept_refuses_the_upload_and_keeps_nothing_of_it()
    {
        await _host.ConceptAsync("runner");

        var refusal = await RefusalAsync(
            new NewInput("one", Labels: [new("runner", true), new("sprinter", true)]),
            Pictures.Any(1)
        );

        Assert.Equal((StatusCode.InputInvalidArgument, "sprinter"), (refusal.Code, refusal.Subject));
        await AssertKeptAsync();
        await using var db = _host.Db();
        Assert.Equal(
            (0, 0),
            (
                await db.Decisions.CountAsync(TestContext.Current.CancellationToken),
                await db.Labels.CountAsync(TestContext.Current.CancellationToken)
            )
        );
    }

    [Fact]
    public async Task A_file_over_the_limit_is_refused_by_that_limit_and_leaves_nothing_on_the_disk()
    {
        await using var strict = await CoreHost.StartAsync(
            workers: false,
            services: services => services.AddSingleton(Options.Create(new ImageLimits { MaxBytes = 100 }))
        );

        var refusal = await Assert.ThrowsAsync<PortalException>(() => strict.AcceptAsync(1));

        Assert.Equal(StatusCode.InputOverLimit, refusal.Code);
        Assert.Contains("Imaging:MaxBytes", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(new StorageOptions { Root = strict.Root }.IncomingRoot));
    }

    [Fact]
    public async Task What_is_no_picture_leaves_nothing_on_the_disk()
    {
        var refusal = await RefusalAsync(new NewInput("one"), "This is no picture."u8.ToArray());

        Assert.Equal(StatusCode.InputUnsupportedFormat, refusal.Code);
        await AssertKeptAsync();
        Assert.Empty(Directory.EnumerateFiles(Storage.BlobRoot, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(64 * 1024, true)]
    [InlineData((64 * 1024) + 1, false)]
    public async Task Metadata_is_bounded(int length, bool isAccepted)
    {
        var metadata = new JsonObject { ["text"] = new string('x', length - """{"text":""}""".Length) };

        var refusal = await Record.ExceptionAsync(() =>
            AcceptAsync(new NewInput("one", Metadata: metadata), Pictures.Any(1))
        );

        Assert.Equal(isAccepted ? null : StatusCode.InputInvalidArgument, (refusal as PortalException)?.Code);
    }

    [Fact]
    public async Task Metadata_is_merged_deeply_removed_by_key_or_replaced()
    {
        await AcceptAsync(
            new NewInput("one", Metadata: Json("""{"camera":{"make":"A","lens":"x"},"place":"park"}""")),
            Pictures.Any(1)
        );

        Assert.Equal(
            """{"camera":{"make":"B","lens":"x"},"place":"park","year":2020}""",
            await PatchAsync("""{"camera":{"make":"B"},"year":2020}""", PatchAction.Merge)
        );
        Assert.Equal(
            """{"camera":{"make":"B","lens":"x"},"year":2020}""",
            await PatchAsync("""{"place":null}""", PatchAction.Remove)
        );
        Assert.Equal("""{"year":2021}""", await PatchAsync("""{"year":2021}""", PatchAction.Overwrite));

        async Task<string> PatchAsync(string given, PatchAction action) =>
            (await _inputs.PatchMetadataAsync(_host.App.Id, "one", Json(given), action, default)).Metadata;
    }

    [Fact]
    public async Task A_deleted_input_is_gone_its_id_is_free_and_it_comes_back_when_its_id_still_is()
    {
        var first = await AcceptAsync(new NewInput("one"), Pictures.Any(1));
        await _inputs.DeleteAsync(_host.App.Id, "one", default);
        Assert.Equal(
            StatusCode.InputDoesNotExist,
            (await Assert.ThrowsAsync<PortalException>(() => _inputs.GetAsync(_host.App.Id, "one", default))).Code
        );

        var second = await AcceptAsync(new NewInput("one"), Pictures.Any(2));
        Assert.Equal(
            StatusCode.DuplicateId,
            (
                await Assert.ThrowsAsync<PortalException>(() => _inputs.RestoreAsync(_host.App.Id, first.Id, default))
            ).Code
        );
        await _inputs.DeleteAsync(_host.App.Id, "one", default);
        await _inputs.RestoreAsync(_host.App.Id, first.Id, default);

        Assert.Equal(first.Id, (await _inputs.GetAsync(_host.App.Id, "one", default)).Id);
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task A_deleted_input_is_not_worked_on_until_it_is_restored()
    {
        var input = await AcceptAsync(new NewInput("one"), Pictures.Any(1));
        await _inputs.DeleteAsync(_host.App.Id, "one", default);
        Assert.Empty(await _host.Get<InputQueue>().ClaimAsync(default));

        await _inputs.RestoreAsync(_host.App.Id, input.Id, default);

        Assert.Single(await _host.Get<InputQueue>().ClaimAsync(default));
    }

    [Fact]
    public async Task A_failed_input_is_retried_with_all_its_attempts_and_others_are_left_alone()
    {
        await AcceptAsync(new NewInput("one"), Pictures.Any(1));
        await AcceptAsync(new NewInput("two"), Pictures.Any(2));
        var claims = await _host.Get<InputQueue>().ClaimAsync(default);
        await _host.Get<InputQueue>().FailAsync(claims[0], "The file is damaged.", default);
        Assert.Equal(new InputStatusCounts(0, 0, 1, 1), await _inputs.CountAsync(_host.App.Id, default));

        Assert.Equal(1, await _inputs.RetryAsync(_host.App.Id, null, default));

        var again = await _inputs.GetAsync(_host.App.Id, "one", default);
        Assert.Equal((StatusCode.InputPending, null, 0), (again.Status, again.StatusDetail, again.Attempts));
        Assert.Equal(new InputStatusCounts(0, 1, 1, 0), await _inputs.CountAsync(_host.App.Id, default));
    }

    private StorageOptions Storage => new() { Root = _host.Root };

    private Task<Input> AcceptAsync(NewInput wanted, byte[] bytes) =>
        _inputs.AcceptAsync(
            _host.App.Id,
            _host.User.Id,
            wanted,
            new MemoryStream(bytes),
            TestContext.Current.CancellationToken
        );

    private Task<PortalException> RefusalAsync(NewInput wanted, byte[] bytes) =>
        Assert.ThrowsAsync<PortalException>(() => AcceptAsync(wanted, bytes));

    private async Task AssertKeptAsync(params string[] ids)
    {
        await using var db = _host.Db();
        Assert.Equal(
            ids,
            await db
                .Inputs.OrderBy(i => i.Id)
                .Select(i => i.ExternalId)
                .ToArrayAsync(TestContext.Current.CancellationToken)
        );
        Assert.Empty(Directory.EnumerateFiles(Storage.IncomingRoot));
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
