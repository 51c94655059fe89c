using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Users;
using Portal.Features.Concepts;
using Portal.Features.InputPage;
using Portal.Features.Jobs;
using Portal.Features.Models;
using Portal.Features.Settings;
using Portal.Features.Workflows;
using Portal.Tests.Support;
using TestContext = Xunit.TestContext;

namespace Portal.Tests.Security;

/// <summary>Whatever people name things, a page shows it as text.</summary>
public sealed class HostileNameTests
{
    private const string Hostile = "<img src=x onerror=alert(1)>\"'&";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Names_stay_text_on_every_page_that_shows_them()
    {
        await using var host = await PageHost.StartAsync();
        var concept = await host.Core.ConceptAsync("walker");
        await host.Core.ConstantClassifierAsync("model", (concept, 0.9));
        await host.Core.BandAsync("model", 0.3, 0.8, "band", concept);
        var input = await host
            .Core.Get<InputService>()
            .AcceptAsync(
                host.Core.App.Id,
                host.Core.User.Id,
                new NewInput("picture", Hostile, Labels: [new InputLabel("walker", true)]),
                new MemoryStream(Pictures.Any(1)),
                Ct
            );
        await host.Core.Get<AccessService>().CreateKeyAsync(host.Core.User.Id, host.Core.App.Id, Hostile, null, Ct);
        await host
            .Core.Get<JobService>()
            .StartAsync(host.Core.App.Id, host.Core.User.Id, "unknown", Hostile, Hostile, Ct);
        await using (var db = host.Core.Db())
        {
            await db.Concepts.ExecuteUpdateAsync(set => set.SetProperty(c => c.Name, Hostile), Ct);
            await db.Models.ExecuteUpdateAsync(set => set.SetProperty(m => m.Name, Hostile), Ct);
            await db.Workflows.ExecuteUpdateAsync(set => set.SetProperty(w => w.Name, Hostile), Ct);
            await db.Apps.ExecuteUpdateAsync(
                set => set.SetProperty(a => a.Name, Hostile).SetProperty(a => a.Description, Hostile),
                Ct
            );
            await db.Inputs.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(
                        i => i.Metadata,
                        """{"<img src=x onerror=alert(1)>":"<img src=x onerror=alert(1)>"}"""
                    ),
                Ct
            );
        }

        host.Context.Services.AddSingleton(
            ActivatorUtilities.CreateInstance<InputDetailsReader>(host.Core.Get<IServiceProvider>())
        );
        IsText(host.Context.Render<ConceptsPage>());
        IsText(host.Context.Render<ModelsPage>());
        IsText(host.Context.Render<ModelPage>(p => p.Add(page => page.ModelId, "model")));
        IsText(host.Context.Render<WorkflowsPage>());
        IsText(host.Context.Render<WorkflowPage>(p => p.Add(page => page.WorkflowId, "band")));
        IsText(host.Context.Render<JobsPage>());
        IsText(host.Context.Render<SettingsPage>());
        IsText(host.Context.Render<InputPage>(p => p.Add(page => page.InputId, input.ExternalId)));
    }

    /// <summary>The name is there, and it made no element.</summary>
    private static void IsText<TPage>(IRenderedComponent<TPage> page)
        where TPage : IComponent
    {
        page.WaitForState(
            () => page.FindAll(".skeleton").Count == 0 && page.Markup.Contains("onerror", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20)
        );
        Assert.Empty(page.FindAll("[onerror]"));
    }
}
