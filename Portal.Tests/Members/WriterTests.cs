using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Services.Models;
using Portal.Core.Services.Runs;
using Portal.Core.Services.Users;
using Portal.Core.Services.Workflows;
using Portal.Tests.Support;

namespace Portal.Tests.Members;

/// <summary>An Annotation Writer writes as a member of its app.</summary>
public sealed class WriterTests : IAsyncLifetime
{
    private CoreHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await CoreHost.StartAsync(workers: false);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ModelService Models => _host.Get<ModelService>();

    [Fact]
    public async Task A_model_is_not_saved_that_writes_as_somebody_from_outside()
    {
        await _host.UserAsync("stranger");

        foreach (var outsider in (string[])["stranger", "nobody"])
        {
            var refusal = await Assert.ThrowsAsync<PortalException>(() => WriterAsync("w", outsider));
            Assert.Equal(StatusCode.ModelInvalidArgument, refusal.Code);
            Assert.Contains($"'{outsider}' is no member of this app", refusal.Message, StringComparison.Ordinal);
        }

        await WriterAsync("w", "OWNER");
        await Assert.ThrowsAsync<PortalException>(() =>
            Models.UpdateAsync(
                _host.App.Id,
                _host.User.Id,
                "w",
                null,
                new OutputDraft([], AnnotationWriter.Params(StatusCode.AnnotationSuccess, "stranger")),
                PatchAction.Overwrite,
                Ct
            )
        );
    }

    [Fact]
    public async Task A_graph_whose_writer_left_says_so_on_the_node_and_what_is_saved_goes_on()
    {
        var mia = await _host.UserAsync("mia");
        var invitations = _host.Get<InvitationService>();
        await invitations.JoinAsync(
            await invitations.CreateAsync(_host.App.Id, _host.User.Id, Role.Annotator, TimeSpan.FromDays(1), Ct),
            mia.Id,
            Ct
        );
        await WriterAsync("w", "mia");
        var classifier = await _host.ConstantClassifierAsync("c", (await _host.ConceptAsync("walker"), 0.9));
        DraftNode[] draft = [new("score", classifier.Model.ExternalId, null, []), new("write", "w", null, ["score"])];
        var workflows = _host.Get<WorkflowService>();
        var saved = await workflows.CreateAsync(_host.App.Id, _host.User.Id, "flow", null, draft, Ct);

        await _host.Get<MembershipService>().LeaveAsync(_host.App.Id, mia.Id, Ct);

        var (problems, _) = await workflows.CheckAsync(_host.App.Id, draft, Ct);
        var problem = Assert.Single(problems, p => p.Code == "unknown-user");
        Assert.Equal("write", problem.NodeId);
        Assert.Contains("'mia', who is no member of this app", problem.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<PortalException>(() =>
            workflows.AddVersionAsync(_host.App.Id, _host.User.Id, "flow", null, draft, Ct)
        );
        Assert.NotNull(await _host.Get<WorkflowCatalog>().GetAsync(saved.Latest.Id, Ct));
    }

    private Task<ModelView> WriterAsync(string id, string userId) =>
        Models.CreateAsync(
            _host.App.Id,
            _host.User.Id,
            id,
            null,
            AnnotationWriter.Id,
            new OutputDraft([], AnnotationWriter.Params(StatusCode.AnnotationSuccess, userId)),
            Ct
        );
}
