using System.Net;
using Portal.Core.Data;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Videos;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Datasets;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Models;
using Portal.Core.Services.Users;
using Portal.Core.Services.Workflows;
using Portal.Tests.Support;

namespace Portal.Tests.Members;

/// <summary>The ids of one app mean nothing under another, even to somebody who owns both.</summary>
public sealed class ForeignIdTests(ForeignIdTests.TwoApps apps) : IClassFixture<ForeignIdTests.TwoApps>
{
    private const string Mine = "users/owner/apps/mine";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_path_takes_an_id_of_another_app()
    {
        var asked = 0;
        foreach (
            var name in AccessTable.OfApps.Keys.Where(name =>
                name.Contains('{', StringComparison.Ordinal)
                // An upload's id is its sender's choice, for each app and sender anew.
                && !name.Contains("{upload_id}", StringComparison.Ordinal)
            )
        )
        {
            var parts = name.Split(' ');
            var path = apps.Ids.Aggregate(
                parts[1],
                (filled, id) => filled.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal)
            );
            Assert.DoesNotContain("{", path, StringComparison.Ordinal);
            var answer = await apps.Owner.SendAsync(
                new HttpMethod(parts[0]),
                Mine + path,
                parts[0] is "GET" or "DELETE" ? null : "{}"
            );
            Assert.True(answer.Http == HttpStatusCode.NotFound, $"{name}: HTTP {(int)answer.Http} {answer.Body}");
            asked++;
        }
        Assert.InRange(asked, 25, 100);
    }

    [Fact]
    public async Task No_body_takes_an_id_of_another_app()
    {
        foreach (var (method, path, body) in Bodies(apps.Ids))
        {
            var answer = await apps.Owner.SendAsync(
                new HttpMethod(method),
                path.Length == 0 ? "users/owner/apps" : Mine + path,
                body
            );
            Assert.True(
                answer.Http is HttpStatusCode.NotFound or HttpStatusCode.BadRequest,
                $"{method} {path} {body}: HTTP {(int)answer.Http} {answer.Body}"
            );
        }
        Assert.Equal(apps.Before, await apps.CountAsync());
    }

    [Fact]
    public async Task No_picture_and_no_file_of_another_app_is_given_out()
    {
        Assert.Equal(
            HttpStatusCode.OK,
            (await apps.Owner.GetAsync($"/media/owner/theirs/{apps.Ids["input_id"]}/thumb", Ct)).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await apps.Owner.GetAsync($"/media/owner/mine/{apps.Ids["input_id"]}/thumb", Ct)).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await apps.Owner.GetAsync($"/media/owner/mine/jobs/{apps.Ids["job_id"]}/file", Ct)).StatusCode
        );
    }

    /// <summary>Requests whose body names something by these ids.</summary>
    internal static IEnumerable<(string Method, string Path, string Body)> Bodies(
        IReadOnlyDictionary<string, string> ids
    )
    {
        var (input, concept, annotation, model, workflow) = (
            ids["input_id"],
            ids["concept_id"],
            ids["annotation_id"],
            ids["model_id"],
            ids["workflow_id"]
        );
        return
        [
            ("PATCH", "/inputs", $$$"""{"inputs":[{"id":"{{{input}}}","data":{"metadata":{"a":1} } }]}"""),
            ("DELETE", "/inputs", $$"""{"ids":["{{input}}"]}"""),
            ("PATCH", "/concepts", $$"""{"concepts":[{"id":"{{concept}}","name":"x"}]}"""),
            ("DELETE", "/concepts", $$"""{"ids":["{{concept}}"]}"""),
            (
                "POST",
                "/annotations",
                $$$"""{"annotations":[{"input_id":"{{{input}}}","data":{"concepts":[{"id":"own","value":1}]}}]}"""
            ),
            (
                "POST",
                "/annotations",
                $$$"""{"annotations":[{"input_id":"own","data":{"concepts":[{"id":"{{{concept}}}","value":1}]}}]}"""
            ),
            ("PATCH", "/annotations", $$$"""{"annotations":[{"id":"{{{annotation}}}","status":{"code":24150}}]}"""),
            ("DELETE", "/annotations", $$"""{"ids":["{{annotation}}"]}"""),
            ("POST", "/decisions", $$"""{"decisions":[{"input_id":"{{input}}","concept_id":"own","value":1}]}"""),
            ("POST", "/decisions", $$"""{"decisions":[{"input_id":"own","concept_id":"{{concept}}","value":1}]}"""),
            (
                "POST",
                "/decisions",
                $$"""{"decisions":[{"input_id":"own","concept_id":"own","value":1,"annotation_id":"{{annotation}}"}]}"""
            ),
            ("POST", "/work-batches/release", $$"""{"holder":"page","input_ids":["{{input}}"]}"""),
            ("POST", "/work-batches/label", $$"""{"holder":"page","take":1,"order":"nearest","near":["{{input}}"]}"""),
            (
                "POST",
                "/work-batches/label",
                $$"""{"holder":"page","take":1,"order":"highest_confidence","concept_id":"{{concept}}"}"""
            ),
            ("PATCH", "/models", $$"""{"models":[{"id":"{{model}}","name":"x"}]}"""),
            ("DELETE", "/models", $$"""{"ids":["{{model}}"]}"""),
            (
                "POST",
                "/models",
                $$$"""{"model":{"id":"m","output_info":{"data":{"concepts":[{"id":"{{{concept}}}"}]} } } }"""
            ),
            (
                "POST",
                "/workflows",
                $$$"""{"workflows":[{"id":"w","nodes":[{"id":"n","model":{"id":"{{{model}}}"}}]}]}"""
            ),
            ("DELETE", "/workflows", $$"""{"ids":["{{workflow}}"]}"""),
            ("PATCH", "", $$"""{"apps":[{"id":"mine","default_workflow_id":"{{workflow}}"}]}"""),
        ];
    }

    /// <summary>Two apps of one owner; the ids are those of the second.</summary>
    public sealed class TwoApps : IAsyncLifetime
    {
        private App _theirs = null!;

        public PortalApp Portal { get; } = new();
        public App Mine { get; private set; } = null!;
        public HttpClient Owner { get; private set; } = null!;
        public Dictionary<string, string> Ids { get; } = [];
        public (int, int, int, int, int, int) Before { get; private set; }

        public async ValueTask InitializeAsync()
        {
            Owner = await Portal.WithKeyAsync();
            Mine = await Portal.AppAsync("owner", "mine");
            await Portal.InputAsync(Mine, "own", Pictures.Any(2));
            await Portal.Get<ConceptService>().CreateAsync(Mine.Id, [new NewConcept("own", null)], default);

            _theirs = await Portal.AppAsync("owner", "theirs");
            var owner = await Portal.Get<UserService>().GetAsync("owner", default);
            var input = await Portal.InputAsync(_theirs, "theirs-input", Pictures.Any(1));
            var concept = (
                await Portal
                    .Get<ConceptService>()
                    .CreateAsync(_theirs.Id, [new NewConcept("theirs-concept", null)], default)
            )[0];
            var annotation = (
                await Portal
                    .Get<AnnotationService>()
                    .WriteAsync(
                        _theirs.Id,
                        owner.Id,
                        [
                            new NewAnnotation(
                                input.Id,
                                concept.Id,
                                true,
                                StatusCode.AnnotationPending,
                                null,
                                false,
                                null
                            ),
                        ],
                        default
                    )
            )[0];
            var model = await Portal
                .Get<ModelService>()
                .CreateAsync(
                    _theirs.Id,
                    owner.Id,
                    "theirs-model",
                    null,
                    AnnotationWriter.Id,
                    new OutputDraft([], AnnotationWriter.Params(StatusCode.AnnotationSuccess, "owner")),
                    default
                );
            var embedder = (await Portal.Get<ModelService>().ListAsync(_theirs.Id, default)).First(m =>
                m.Model.TypeId == VisualEmbedder.Id
            );
            var workflow = await Portal
                .Get<WorkflowService>()
                .CreateAsync(
                    _theirs.Id,
                    owner.Id,
                    "theirs-workflow",
                    null,
                    [new DraftNode("see", embedder.Model.ExternalId, null, [])],
                    default
                );
            var job = await Portal
                .Get<JobService>()
                .StartAsync(
                    _theirs.Id,
                    owner.Id,
                    JobKinds.Backfill,
                    "theirs",
                    new BackfillJob.Parameters(workflow.Latest.Id),
                    default
                );
            var (dataset, _) = await Portal
                .Get<DatasetService>()
                .StartAsync(_theirs.Id, owner.Id, "theirs", null, null, default);
            var import = await Portal
                .Get<ExchangeFiles>()
                .ReceiveAsync(_theirs.Id, new MemoryStream("file_name,label\na.png,cat\n"u8.ToArray()), null, default);
            foreach (
                var (name, id) in new[]
                {
                    ("import_id", import),
                    ("video_id", "theirs-video"),
                    ("dataset_id", dataset.ExternalId),
                    ("other_id", dataset.ExternalId),
                    ("input_id", input.ExternalId),
                    ("concept_id", concept.ExternalId),
                    ("annotation_id", annotation.ExternalId),
                    ("model_id", model.Model.ExternalId),
                    ("workflow_id", workflow.Workflow.ExternalId),
                    ("job_id", job.ExternalId),
                    ("version_id", model.Latest!.ExternalId),
                }
            )
            {
                Ids[name] = id;
            }

            await using (
                var db = await Portal
                    .Get<Microsoft.EntityFrameworkCore.IDbContextFactory<PortalDbContext>>()
                    .CreateDbContextAsync(default)
            )
            {
                db.Videos.Add(
                    new Video
                    {
                        AppId = _theirs.Id,
                        ExternalId = "theirs-video",
                        ContentHash = input.ContentHash,
                        MediaType = "video/mp4",
                        DurationMs = 1000,
                        StepMs = 1000,
                        FrameCount = 1,
                    }
                );
                await db.SaveChangesAsync();
            }
            Before = await CountAsync();
        }

        /// <summary>What the second app holds.</summary>
        public async Task<(int, int, int, int, int, int)> CountAsync()
        {
            await using var db = await Portal
                .Get<Microsoft.EntityFrameworkCore.IDbContextFactory<PortalDbContext>>()
                .CreateDbContextAsync(default);
            return (
                db.Inputs.Count(i => i.AppId == _theirs.Id && i.DeletedAt == null),
                db.Concepts.Count(c => c.AppId == _theirs.Id && c.DeletedAt == null && c.Name != "x"),
                db.Annotations.Count(a => a.AppId == _theirs.Id),
                db.Models.Count(m => m.AppId == _theirs.Id && m.DeletedAt == null && m.Name != "x"),
                db.Workflows.Count(w => w.AppId == _theirs.Id && w.DeletedAt == null),
                db.Decisions.Count()
            );
        }

        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }
}
