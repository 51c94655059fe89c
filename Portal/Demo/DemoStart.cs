using Microsoft.Extensions.Options;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Models;
using Portal.Core.Services.Users;
using Portal.Core.Services.Workflows;
using Portal.Shared.Identity;

namespace Portal.Demo;

/// <summary>
/// Walks through the tutorial with sample pictures, prints how it went, and leaves the app there to play with.
/// </summary>
internal sealed class DemoStart(
    UserService users,
    AppService apps,
    ConceptService concepts,
    InputService inputs,
    ModelService models,
    WorkflowService workflows,
    DemoReport report,
    IOptions<OwnerOptions> owner,
    IHostApplicationLifetime lifetime
) : BackgroundService
{
    public const string AppId = "demo";
    private const string ModelId = "activities";
    private const string WorkflowId = "auto-annotate";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var user = await users.EnsureAsync(owner.Value.UserId, stoppingToken);
            if ((await apps.ListAsync(user.Id, stoppingToken)).Any(a => a.App.ExternalId == AppId))
            {
                Console.WriteLine(
                    $"The demo's app is there already: open /apps/{user.UserName}/{AppId}/explorer. Delete it to "
                        + $"see the demo being made again."
                );
                return;
            }
            await RunAsync(user, stoppingToken);
        }
        catch (PortalException e)
        {
            await Console.Error.WriteLineAsync($"The demo stopped: {e.Message}");
            lifetime.StopApplication();
        }
    }

    private async Task RunAsync(PortalUser user, CancellationToken ct)
    {
        var scenes = SceneCatalogue.All();
        using var painter = new ScenePainter();
        var app = await apps.CreateAsync(
            user.Id,
            AppId,
            "Demo: people in motion",
            "Drawn scenes in a park with people of Fluent Emoji, labelled by the portal itself.",
            ct
        );
        await concepts.CreateAsync(app.Id, [.. SceneCatalogue.Concepts.Select(id => new NewConcept(id, null))], ct);

        var labelled = scenes.Where(s => s.IsLabelled).ToList();
        Console.WriteLine(
            $"Demo: drawing and labelling {labelled.Count} pictures for {SceneCatalogue.Concepts.Count} concepts …"
        );
        foreach (var (scene, file) in Painted(painter, labelled))
        {
            await UploadAsync(app, user, scene, file, LabelsOf(scene), ct);
        }

        Console.WriteLine("Demo: training a classifier …");
        await models.CreateAsync(
            app.Id,
            user.Id,
            ModelId,
            "Activities",
            null,
            new OutputDraft([.. SceneCatalogue.Concepts.Select(id => new DraftConcept(id))], []),
            ct
        );
        var (version, _) = await models.TrainAsync(app.Id, user.Id, ModelId, ct);
        while (version.Status is StatusCode.ModelQueued or StatusCode.ModelTraining)
        {
            await Task.Delay(Poll, ct);
            version = await models.GetVersionAsync(app.Id, ModelId, version.ExternalId, ct);
        }
        if (version.Status != StatusCode.ModelTrained)
        {
            throw new PortalException(version.Status, version.StatusDetail ?? "Training failed.");
        }

        var band = SceneCatalogue.Concepts.ToDictionary(
            id => id,
            id => (Low: 0.3, High: id == "bike_rider" ? 0.9 : 0.8)
        );
        var workflow = await workflows.CreateBandAsync(app.Id, user.Id, ModelId, band, user.UserName!, WorkflowId, ct);
        await workflows.SetDefaultAsync(app.Id, workflow.Latest.Id, ct);

        var heldBack = scenes.Where(s => !s.IsLabelled).ToList();
        Console.WriteLine($"Demo: uploading {heldBack.Count} more through the workflow …");
        var uploaded = new List<(Input Input, Scene Scene)>();
        foreach (var (scene, file) in Painted(painter, heldBack))
        {
            uploaded.Add((await UploadAsync(app, user, scene, file, [], ct), scene));
        }

        while ((await inputs.CountAsync(app.Id, ct)) is { ToProcess: > 0 } or { Processing: > 0 })
        {
            await Task.Delay(Poll, ct);
        }

        Console.WriteLine(await report.WriteAsync(uploaded, ct));
        Console.WriteLine(
            $"Open /apps/{user.UserName}/{AppId}/explorer to look at it, with the sign-in link above. Ctrl+C stops "
                + $"the portal."
        );
    }

    /// <summary>Each scene with its picture, painted on all processors a little ahead of who asks.</summary>
    private static ParallelQuery<(Scene Scene, byte[] File)> Painted(ScenePainter painter, List<Scene> scenes) =>
        scenes
            .AsParallel()
            .AsOrdered()
            .WithMergeOptions(ParallelMergeOptions.NotBuffered)
            .Select(scene => (Scene: scene, File: painter.Paint(scene)));

    /// <summary>✓ for what it shows; ✗ for everything where it shows none of the concepts.</summary>
    private static List<InputLabel> LabelsOf(Scene scene) =>
        scene.Concepts.Count > 0
            ? [.. scene.Concepts.Select(id => new InputLabel(id, true))]
            : [.. SceneCatalogue.Concepts.Select(id => new InputLabel(id, false))];

    private async Task<Input> UploadAsync(
        App app,
        PortalUser user,
        Scene scene,
        byte[] picture,
        IReadOnlyList<InputLabel> labels,
        CancellationToken ct
    )
    {
        await using var file = new MemoryStream(picture, writable: false);
        return await inputs.AcceptAsync(
            app.Id,
            user.Id,
            new NewInput(FileName: scene.FileName, Labels: labels),
            file,
            ct
        );
    }
}
