using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Models;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Models;
using Portal.Core.Services.Reembedding;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>A change of the embedder in the browser: what pages say, and the buttons that put an end to it.</summary>
public sealed class ReembeddingTests
{
    [Fact]
    public async Task After_a_change_of_the_embedder_pages_say_what_is_left_and_two_buttons_do_it()
    {
        var park = SharedData.Require("park5");
        using var folder = new TemporaryFolder();
        // Trained on side 96; two uploads wait for a portal.
        await using (var before = await CoreHost.StartAsync(folder.Path))
        {
            await FillAsync(before, park);
        }

        await using (var before = await CoreHost.StartAsync(folder.Path, workers: false))
        {
            foreach (var (id, file) in Files(park, "stroller", 2))
            {
                await AcceptAsync(before, id, file);
            }
        }

        await using (var portal = await PortalProcess.StartAsync(folder.Path, 0, "--Embedder:Side=64"))
        {
            var page = await Browser.SignedInAsync(portal);
            await page.GotoAsync("/apps/owner/park/jobs");
            await page.GetByRole(AriaRole.Heading, new() { Name = "The embedder has changed" }).WaitForAsync();
            // The uploads were scored by the model of side 96, and have both vectors.
            await page.GetByText("2 of 38 inputs have vectors of resnet18@64.").WaitForAsync();
            await page.KeepAsync("reembedding-jobs");
            await page.GotoAsync("/apps/owner/park/models/park");
            await page.GetByText("Version 1 was trained on vectors of resnet18@96; the embedder is resnet18@64 now.")
                .WaitForAsync();
            await page.KeepAsync("reembedding-model");
        }

        Directory.Delete(Path.Combine(folder.Path, "networks"), recursive: true);
        await using (var before = await CoreHost.StartAsync(folder.Path, workers: false))
        {
            foreach (var (id, file) in Files(park, "bike_rider", 2))
            {
                await AcceptAsync(before, id, file);
            }
        }

        await using (var portal = await PortalProcess.StartAsync(folder.Path, 0, "--Embedder:Side=64"))
        {
            var page = await Browser.SignedInAsync(portal);
            await page.GotoAsync("/jobs");
            await page.GetByText("2 of 38 inputs embedded").WaitForAsync();
            await page.GetByRole(AriaRole.Heading, new() { Name = "Why inputs wait" }).WaitForAsync();
            await page.KeepAsync("reembedding-owner");
            await page.GotoAsync("/apps/owner/park/jobs");
            await page.GetByRole(AriaRole.Heading, new() { Name = "Why inputs wait" }).WaitForAsync();
            await page.KeepAsync("reembedding-waiting");
            await page.GotoAsync("/apps/owner/park/inputs/bike_rider-0");
            await page.GetByText("Waits until the model Park is trained again").WaitForAsync();
            await page.KeepAsync("reembedding-input");

            await page.GotoAsync("/apps/owner/park/models/park");
            await page.GetByText("It cannot score new uploads").WaitForAsync();
            await page.KeepAsync("reembedding-model-waiting");
            await page.GetByRole(AriaRole.Button, new() { Name = "Train again" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true })
                .WaitForAsync(new() { Timeout = 60_000 });

            await page.GotoAsync("/apps/owner/park/jobs");
            await Assertions
                .Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Why inputs wait" }))
                .ToHaveCountAsync(0);
            await page.GetByRole(AriaRole.Button, new() { Name = "Re-embed" }).ClickAsync();
            await page.GetByText("Embedded 20 inputs. Removed 38 vectors of earlier embedders.")
                .WaitForAsync(new() { Timeout = 60_000 });
            await Assertions
                .Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The embedder has changed" }))
                .ToHaveCountAsync(0);
            await page.KeepAsync("reembedding-done");
        }

        await using var after = await CoreHost.StartAsync(
            folder.Path,
            workers: false,
            settings: ("Embedder:Side", "64")
        );
        await using var db = after.Db();
        Assert.Equal(
            40,
            await db.Inputs.CountAsync(i => i.Status == StatusCode.InputSuccess, TestContext.Current.CancellationToken)
        );
        Assert.Equal(40, await db.InputEmbeddings.CountAsync(TestContext.Current.CancellationToken));
        Assert.Null(
            await after.Get<ReembeddingService>().StateAsync(after.App.Id, TestContext.Current.CancellationToken)
        );
    }

    private static async Task FillAsync(CoreHost host, string park)
    {
        var concepts = new[] { await host.ConceptAsync("walker"), await host.ConceptAsync("runner") };
        await host.Get<ModelService>()
            .CreateAsync(
                host.App.Id,
                host.User.Id,
                "park",
                "Park",
                null,
                new OutputDraft([new DraftConcept("walker"), new DraftConcept("runner")], []),
                default
            );
        foreach (var concept in (string[])["walker", "runner"])
        {
            foreach (var (id, file) in Files(park, concept, 8))
            {
                await AcceptAsync(host, id, file, new InputLabel(concept, true));
            }
        }

        foreach (var (id, file) in Files(park, "rollerblader", 20))
        {
            await AcceptAsync(host, id, file);
        }

        var (version, _) = await host.Get<ModelService>().TrainAsync(host.App.Id, host.User.Id, "park", default);
        await Wait.ForAsync(
            () => host.Get<ModelService>().GetVersionAsync(host.App.Id, "park", version.ExternalId, default),
            v => v.Status == StatusCode.ModelTrained
        );
        await Wait.ForAsync(
            () => host.Get<InputService>().CountAsync(host.App.Id, default),
            counts => counts.Processed == 36
        );
        await host.BandAsync("park", 0.2, 0.8, "band", concepts);
    }

    private static IEnumerable<(string Id, string File)> Files(string park, string name, int count) =>
        Directory
            .GetFiles(Path.Combine(park, name))
            .Order(StringComparer.Ordinal)
            .Take(count)
            .Select((file, i) => ($"{name}-{i}", file));

    private static async Task AcceptAsync(CoreHost host, string id, string file, params InputLabel[] labels)
    {
        await using var content = File.OpenRead(file);
        await host.Get<InputService>()
            .AcceptAsync(
                host.App.Id,
                host.User.Id,
                new NewInput(id, Path.GetFileName(file), Labels: labels),
                content,
                default
            );
    }
}
