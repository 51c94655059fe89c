using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Users;
using Portal.Features.Concepts;
using Portal.Features.InputPage;
using Portal.Features.Jobs;
using Portal.Features.Models;
using Portal.Features.Settings;
using Portal.Features.Workflows;
using Portal.Tests.Support;
using TestContext = Xunit.TestContext;

namespace Portal.Tests.Members;

/// <summary>
/// What pages offer to whom, and what becomes of a button that is pressed after its user may no longer.
/// </summary>
public sealed class PageRoleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_viewer_finds_nothing_to_change()
    {
        await using var host = await PageHost.StartAsync("vera", Role.Viewer);
        await host.Core.ConceptAsync("walker");

        Assert.Equal([], Offers<ConceptsPage>(host));
        Assert.Equal([], Offers<ModelsPage>(host));
        Assert.Equal([], Offers<WorkflowsPage>(host));
        Assert.Equal([], Offers<JobsPage>(host));
        // What is one's own to do: leave, and make keys, which may no more than oneself.
        Assert.Equal(["Leave", "Make a key", "Copy"], Offers<SettingsPage>(host));
    }

    [Theory]
    [InlineData(Role.Viewer, 0, 0)]
    [InlineData(Role.Annotator, 2, 0)]
    [InlineData(Role.Reviewer, 2, 2)]
    [InlineData(Role.Owner, 2, 2)]
    public async Task An_input_offers_labels_to_annotators_and_reviews_to_reviewers(Role role, int labels, int reviews)
    {
        await using var host = await PageHost.StartAsync("vera", role);
        var concept = await host.Core.ConceptAsync("walker");
        var input = await host.Core.AcceptAsync(1);
        await host
            .Core.Get<AnnotationService>()
            .WriteAsync(
                host.Core.App.Id,
                host.Core.User.Id,
                [
                    new NewAnnotation(
                        input.Id,
                        concept.Id,
                        true,
                        StatusCode.AnnotationPending,
                        Machine: true,
                        Score: 0.5
                    ),
                ],
                Ct
            );

        host.Context.Services.AddSingleton(
            ActivatorUtilities.CreateInstance<InputDetailsReader>(host.Core.Get<IServiceProvider>())
        );
        var page = host.Context.Render<InputPage>(parameters => parameters.Add(p => p.InputId, input.ExternalId));
        page.WaitForElement("section[aria-label='Labels']");

        Assert.Equal(labels, page.FindAll("section[aria-label='Labels'] button[data-decide]").Count);
        Assert.Equal(reviews, page.FindAll("[data-annotation] button[data-decide]").Count);
        Assert.Equal(role >= Role.Manager ? 1 : 0, page.FindAll("button.delete").Count);
    }

    [Fact]
    public async Task A_button_that_outlived_its_users_role_changes_nothing_and_says_why()
    {
        await using var host = await PageHost.StartAsync("mia", Role.Manager);
        await host.Core.ConceptAsync("walker");
        var page = host.Context.Render<ConceptsPage>();
        var delete = page.WaitForElement("button[aria-label='Delete walker']");

        await host
            .Core.Get<MembershipService>()
            .ChangeRoleAsync(host.Core.App.Id, host.Core.User.Id, host.Scope.User.Key, Role.Viewer, Ct);
        await delete.ClickAsync(new());

        Assert.Contains(
            "Your role in this app is viewer",
            page.WaitForElement("[role=alert]").TextContent,
            StringComparison.Ordinal
        );
        Assert.Single(await host.Core.Get<ConceptService>().ListAsync(host.Core.App.Id, Ct));
    }

    [Fact]
    public async Task Who_was_removed_is_told_so_by_the_next_button()
    {
        await using var host = await PageHost.StartAsync("mia", Role.Manager);
        await host.Core.ConceptAsync("walker");
        var page = host.Context.Render<ConceptsPage>();
        var delete = page.WaitForElement("button[aria-label='Delete walker']");

        await host
            .Core.Get<MembershipService>()
            .RemoveAsync(host.Core.App.Id, host.Core.User.Id, host.Scope.User.Key, Ct);
        await delete.ClickAsync(new());

        Assert.Contains("no such app", page.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_is_shown_once_and_can_be_withdrawn()
    {
        await using var host = await PageHost.StartAsync();
        var page = host.Context.Render<SettingsPage>();
        page.WaitForElement("#invite-role").Change(nameof(Role.Reviewer));
        page.Find("section[aria-label=Members] form").Submit();

        var link = page.WaitForElement("section[aria-label=Members] .made code").TextContent;
        var token = link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..];
        Assert.Equal(Role.Reviewer, (await host.Core.Get<InvitationService>().FindAsync(token, Ct))!.Role);
        Assert.DoesNotContain(token, host.Context.Render<SettingsPage>().Markup, StringComparison.Ordinal);

        page.Find("table[aria-label='Open invitations'] button").Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("table[aria-label='Open invitations']")));
        Assert.Null(await host.Core.Get<InvitationService>().FindAsync(token, Ct));
    }

    [Fact]
    public async Task A_manager_is_offered_no_role_above_their_own_and_no_hand_on_an_owner()
    {
        await using var host = await PageHost.StartAsync("mia", Role.Manager);
        var page = host.Context.Render<SettingsPage>();
        page.WaitForElement("#invite-role");

        Assert.DoesNotContain(
            page.FindAll("#invite-role option, section[aria-label=Members] td option"),
            o => o.GetAttribute("value") == nameof(Role.Owner)
        );
        Assert.Empty(page.FindAll("select[aria-label='Role of owner'], button[aria-label='Remove owner']"));
    }

    [Fact]
    public async Task A_new_key_has_the_scope_and_the_end_that_were_chosen()
    {
        await using var host = await PageHost.StartAsync();
        var page = host.Context.Render<SettingsPage>();
        page.WaitForElement("#key-scope").Change(nameof(KeyScope.Label));
        page.Find("#key-days").Change("30");
        page.Find("section[aria-label='API keys'] form").Submit();

        var text = page.WaitForElement("section[aria-label='API keys'] .made code").TextContent;
        Assert.Equal(KeyScope.Label, (await host.Core.Get<AccessService>().OpenAsync(text, Ct))!.Scope);
        var row = Assert.Single(await host.Core.Get<AccessService>().ListKeysAsync(host.Core.User.Id, Ct));
        Assert.InRange((row.ExpiresAt!.Value - row.CreatedAt).TotalDays, 29.9, 30.1);
        Assert.Contains(
            "read and label",
            page.Find("section[aria-label='API keys'] table").TextContent,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "in 30 days",
            page.Find("section[aria-label='API keys'] table").TextContent,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_manager_sees_and_revokes_the_apps_keys_of_others_up_to_their_own_role_and_never_a_secret()
    {
        await using var host = await PageHost.StartAsync("mia", Role.Manager);
        var access = host.Core.Get<AccessService>();
        var (_, secret) = await access.CreateKeyAsync(
            host.Core.User.Id,
            new NewKey("owner's", host.Core.App.Id),
            null,
            Ct
        );
        await access.CreateKeyAsync(host.Core.User.Id, new NewKey("everywhere", null), null, Ct);
        var vera = await host.Core.UserAsync("vera");
        var (gone, _) = await access.CreateKeyAsync(vera.Id, new NewKey("vera's", host.Core.App.Id), null, Ct);
        var page = host.Context.Render<SettingsPage>();
        page.WaitForElement("table[aria-label='Keys of others']");

        Assert.DoesNotContain(secret, page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("everywhere", page.Markup, StringComparison.Ordinal);
        Assert.Equal(
            ["Revoke vera's of vera"],
            page.FindAll("table[aria-label='Keys of others'] button").Select(b => b.GetAttribute("aria-label"))
        );
        await page.Find("table[aria-label='Keys of others'] button").ClickAsync(new());

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("table[aria-label='Keys of others'] button")));
        await Assert.ThrowsAsync<PortalException>(() => access.RevokeKeyAsync(vera.Id, gone.Id, Ct));
        var owners = Assert.Single(await access.ListKeysOfAppAsync(host.Core.App.Id, vera.Id, Ct));
        Assert.Equal(
            StatusCode.InsufficientScopes,
            (
                await Assert.ThrowsAsync<PortalException>(() =>
                    access.RevokeKeyOfAppAsync(host.Core.App.Id, host.Scope.User.Key, owners.Key.Id, Ct)
                )
            ).Code
        );
        Assert.NotNull(await access.OpenAsync(secret, Ct));
    }

    /// <summary>The words of the buttons that can be pressed, and of the links that look like buttons.</summary>
    private static IEnumerable<string> Offers<TPage>(PageHost host)
        where TPage : IComponent
    {
        var page = host.Context.Render<TPage>();
        page.WaitForState(() => page.FindAll(".skeleton").Count == 0);
        return
        [
            .. page.FindAll("button, a.btn.primary")
                .Where(b => !b.HasAttribute("disabled") && b.Closest("fieldset[disabled]") is null)
                .Select(b => b.TextContent.Trim())
                .Where(words => words.Length > 0 && words != "Go to models"),
        ];
    }
}
