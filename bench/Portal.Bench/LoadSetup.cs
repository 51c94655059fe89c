using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Models;
using Portal.Core.Services.Users;
using Portal.Core.Services.Workflows;

namespace Portal.Bench;

/// <summary>
/// What a load begins with: an app in which some pictures are labelled and processed, a classifier to train, a workflow
/// to backfill with, and people.
/// </summary>
/// <param name="Root">The data directory.</param>
/// <param name="Owner">The owner's key.</param>
/// <param name="Annotators">A key of each annotator.</param>
/// <param name="Uploaders">A key of each uploader, who is a manager.</param>
/// <param name="Concepts">Ids of the app's concepts.</param>
internal sealed record LoadSetup(
    string Root,
    string Owner,
    IReadOnlyList<string> Annotators,
    IReadOnlyList<string> Uploaders,
    IReadOnlyList<string> Concepts
)
{
    public const string AppPath = "/v2/users/owner/apps/bench";
    private const int LabelledImages = 200;

    public static async Task<LoadSetup> MakeAsync(string folder, int annotators, int uploaders, string[] settings)
    {
        var root = Path.Combine(folder, "data");
        await using var portal = await BenchPortal.StartAsync(root, settings);
        await portal.AcceptAsync(BenchImages.Find(folder, LabelledImages));
        await portal.WorkOffAsync();
        var concepts = await portal.Get<ConceptService>().ListAsync(portal.AppId, default);
        List<long> inputs;
        await using (var db = await portal.Get<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync())
        {
            inputs = await db.Inputs.Select(i => i.Id).ToListAsync();
        }

        var random = new Random(1);
        foreach (var step in inputs.Chunk(50))
        {
            await portal
                .Get<DecisionService>()
                .DecideAsync(
                    portal.AppId,
                    portal.UserId,
                    [.. step.Select(i => new NewDecision(i, concepts[random.Next(concepts.Count)].Id, true))],
                    default
                );
        }

        var names = concepts.Select(c => c.ExternalId).ToList();
        await portal
            .Get<ModelService>()
            .CreateAsync(
                portal.AppId,
                portal.UserId,
                "learned",
                null,
                null,
                new OutputDraft([.. names.Select(c => new DraftConcept(c))], []),
                default
            );
        await portal
            .Get<WorkflowService>()
            .CreateBandAsync(
                portal.AppId,
                portal.UserId,
                "model",
                names.ToDictionary(c => c, _ => (0.4, 0.9)),
                "owner",
                "second",
                default
            );
        return new LoadSetup(
            root,
            await KeyAsync(portal, "owner", null),
            await KeysAsync("annotator", annotators, Role.Annotator),
            await KeysAsync("uploader", uploaders, Role.Manager),
            names
        );

        async Task<IReadOnlyList<string>> KeysAsync(string name, int count, Role role)
        {
            var keys = new List<string>();
            for (var i = 0; i < count; i++)
            {
                keys.Add(await KeyAsync(portal, $"{name}-{i}", role));
            }

            return keys;
        }
    }

    private static async Task<string> KeyAsync(BenchPortal portal, string userId, Role? role)
    {
        var user = await portal.Get<UserService>().EnsureAsync(userId, default);
        if (role is { } joins)
        {
            var invitations = portal.Get<InvitationService>();
            await invitations.JoinAsync(
                await invitations.CreateAsync(portal.AppId, portal.UserId, joins, TimeSpan.FromDays(1), default),
                user.Id,
                default
            );
        }
        return (await portal.Get<AccessService>().CreateKeyAsync(user.Id, null, "load", null, default)).Key;
    }
}
