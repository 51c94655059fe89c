using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Jobs;
using Portal.Tests.Support;

namespace Portal.Tests.Api;

/// <summary>The whole tutorial over plain JSON, as a script would run it.</summary>
public sealed class TutorialTests : IAsyncLifetime
{
    private const string App = "users/me/apps/park";
    private PortalFixture _portal = null!;

    public async ValueTask InitializeAsync() => _portal = await PortalFixture.StartAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task From_an_empty_portal_to_tags_on_every_upload()
    {
        await _portal.PostAsync("users/me/apps", new { apps = new[] { new { id = "park", name = "Park" } } }).OkAsync();
        await _portal
            .PostAsync($"{App}/concepts", new { concepts = new[] { new { id = "walker" }, new { id = "runner" } } })
            .OkAsync();
        await LabelAsync();
        await TrainAsync();
        await MakeNodesAsync();
        await MakeWorkflowAsync();
        await CheckWithoutWritingAsync();
        await _portal
            .PatchAsync(
                "users/me/apps",
                new { action = "overwrite", apps = new[] { new { id = "park", default_workflow_id = "tagger" } } }
            )
            .OkAsync();
        Assert.Equal(
            "tagger",
            (await _portal.GetAsync(App).OkAsync())["app"].GetProperty("default_workflow_id").GetString()
        );

        await UploadAsync("new", 10, 3);
        await _portal.ProcessedAsync(App);

        await FindSuccessAsync();
        await SettlePendingAsync();
        await BackfillAsync();
    }

    /// <summary>
    /// Three uploads carry their labels; the others are labelled afterwards, two concepts in one annotation.
    /// </summary>
    private async Task LabelAsync()
    {
        await UploadAsync("old", 0, 6, labelled: 3);
        for (var i = 3; i < 6; i++)
        {
            var answer = await _portal
                .PostAsync(
                    $"{App}/annotations",
                    new
                    {
                        annotations = new object[]
                        {
                            new
                            {
                                input_id = $"old-walker-{i}",
                                data = new
                                {
                                    concepts = new object[]
                                    {
                                        new { id = "walker", value = 1 },
                                        new { id = "runner", value = 0 },
                                    },
                                },
                            },
                            new
                            {
                                input_id = $"old-runner-{i}",
                                data = new { concepts = new object[] { new { id = "runner", value = true } } },
                            },
                        },
                    }
                )
                .OkAsync();
            Assert.Equal(3, answer["annotations"].GetArrayLength());
            Assert.All(answer["annotations"].EnumerateArray(), a => Assert.Equal(24150, Code(a)));
        }
    }

    private async Task TrainAsync()
    {
        await _portal
            .PostAsync(
                $"{App}/models",
                new
                {
                    model = new
                    {
                        id = "who",
                        model_type_id = "embedding-classifier",
                        output_info = new
                        {
                            data = new { concepts = new[] { new { id = "walker" }, new { id = "runner" } } },
                        },
                    },
                }
            )
            .OkAsync();
        var training = await _portal.PostAsync($"{App}/models/who/versions", null).OkAsync();
        Assert.Contains(Code(training["model_version"]), (int[])[21103, 21101, 21100]);
        var version = training["model_version"].GetProperty("id").GetString();
        var trained = await _portal.TrainedAsync($"{App}/models/who/versions/{version}");
        Assert.Equal(21100, Code(trained["model"].GetProperty("model_version")));

        var predicted = await _portal
            .PostAsync(
                $"{App}/models/who/outputs",
                new
                {
                    inputs = new object[]
                    {
                        Image(Drawings.Red(50)),
                        new { id = "old-runner-0", data = (object?)null },
                    },
                }
            )
            .OkAsync();
        Assert.Equal(
            ["walker", "runner"],
            predicted["outputs"]
                .EnumerateArray()
                .Select(o => o.GetProperty("data").GetProperty("concepts")[0].GetProperty("id").GetString())
        );
    }

    private async Task MakeNodesAsync()
    {
        object Thresholder(string id, string type, object op, double threshold) =>
            new
            {
                id,
                model_type_id = type,
                output_info = new
                {
                    data = new
                    {
                        concepts = new[]
                        {
                            new { id = "walker", value = threshold },
                            new { id = "runner", value = threshold },
                        },
                    },
                    output_config = new { model_metadata = new { concept_threshold_type = op } },
                },
            };
        object Writer(string id, object status) =>
            new
            {
                id,
                model_type_id = "annotation-writer",
                output_info = new
                {
                    @params = new
                    {
                        annotation_status = status,
                        annotation_user_id = PortalFixture.OwnerId,
                        annotation_info = new { by = id },
                    },
                },
            };
        var answer = await _portal
            .PostAsync(
                $"{App}/models",
                new
                {
                    models = new[]
                    {
                        Thresholder("sure", "concept-thresholder", 1, 0.5),
                        Thresholder("unsure", "concept-threshold", "LESS_THAN", 0.5),
                        Writer("write-success", 24150),
                        Writer("write-pending", "ANNOTATION_PENDING"),
                    },
                }
            )
            .OkAsync();
        Assert.All(
            answer["models"].EnumerateArray(),
            model => Assert.Equal(21100, Code(model.GetProperty("model_version")))
        );
        Assert.Equal("concept-thresholder", answer["models"][1].GetProperty("model_type_id").GetString());
        Assert.Equal(
            3,
            answer["models"]
                [1]
                .GetProperty("output_info")
                .GetProperty("params")
                .GetProperty("concept_threshold_type")
                .GetInt32()
        );
    }

    private async Task MakeWorkflowAsync()
    {
        static object Node(string id, params string[] inputs) =>
            new
            {
                id,
                model = new { id },
                node_inputs = inputs.Select(node_id => new { node_id }),
            };
        var answer = await _portal
            .PostAsync(
                $"{App}/workflows",
                new
                {
                    workflows = new[]
                    {
                        new
                        {
                            id = "tagger",
                            nodes = new[]
                            {
                                Node("who"),
                                Node("sure", "who"),
                                Node("unsure", "who"),
                                Node("write-success", "sure"),
                                Node("write-pending", "unsure"),
                            },
                        },
                    },
                }
            )
            .OkAsync();
        Assert.Equal(5, answer["workflows"][0].GetProperty("nodes").GetArrayLength());
    }

    private async Task CheckWithoutWritingAsync()
    {
        // The evaluation of what was trained goes on by itself.
        await Wait.ForAsync(JobsAsync, jobs => jobs.All(job => job.IsOver));
        var before = await RowsAsync();
        var answer = await _portal
            .PostAsync(
                $"{App}/workflows/tagger/results",
                new
                {
                    inputs = new object[]
                    {
                        Image(Drawings.Red(60)),
                        new { id = "old-walker-0", data = (object?)null },
                    },
                }
            )
            .OkAsync();

        foreach (var result in answer["results"].EnumerateArray())
        {
            Assert.Equal(
                ["who", "sure", "unsure", "write-success", "write-pending"],
                result
                    .GetProperty("outputs")
                    .EnumerateArray()
                    .Select(o => o.GetProperty("model").GetProperty("id").GetString())
            );
            Assert.Equal(["walker"], ConceptIds(result.GetProperty("outputs")[3]));
            Assert.Equal(["runner"], ConceptIds(result.GetProperty("outputs")[4]));
        }
        Assert.Equal(before, await RowsAsync());
    }

    private async Task FindSuccessAsync()
    {
        var found = await _portal
            .PostAsync(
                $"{App}/inputs/searches",
                Search(
                    new
                    {
                        annotation = new
                        {
                            data = new { concepts = new[] { new { id = "walker", value = 1 } } },
                            status = new { code = "ANNOTATION_SUCCESS" },
                        },
                    }
                )
            )
            .OkAsync();
        var ids = found["hits"]
            .EnumerateArray()
            .Select(h => h.GetProperty("input").GetProperty("id").GetString())
            .ToList();
        Assert.All(Enumerable.Range(10, 3), i => Assert.Contains($"new-walker-{i}", ids));
        Assert.DoesNotContain("new-runner-10", ids);

        var tags = await _portal
            .GetAsync($"{App}/annotations?list_all_annotations=true&statuses=24150&input_ids=new-walker-10")
            .OkAsync();
        var tag = Assert.Single(tags["annotations"].EnumerateArray());
        Assert.Equal("workflow", tag.GetProperty("origin").GetString());
        Assert.Equal(PortalFixture.OwnerId, tag.GetProperty("user_id").GetString());
        Assert.Equal("write-success", tag.GetProperty("annotation_info").GetProperty("by").GetString());
        Assert.InRange(tag.GetProperty("data").GetProperty("concepts")[0].GetProperty("score").GetDouble(), 0.5, 1);
        Assert.Equal(1, tag.GetProperty("data").GetProperty("concepts")[0].GetProperty("value").GetInt32());
    }

    private async Task SettlePendingAsync()
    {
        var pending = (
            await _portal
                .GetAsync($"{App}/annotations?statuses=ANNOTATION_PENDING,ANNOTATION_AWAITING_REVIEW")
                .OkAsync()
        )["annotations"]
            .EnumerateArray()
            .ToList();
        Assert.Equal(6, pending.Count);
        var (rejected, approved) = (pending[0], pending[1]);

        await _portal
            .PatchAsync(
                $"{App}/annotations",
                new
                {
                    action = "overwrite",
                    annotations = new[]
                    {
                        new { id = Id(rejected), status = new { code = 24158 } },
                        new { id = Id(approved), status = new { code = 24150 } },
                    },
                }
            )
            .OkAsync();

        Assert.Equal(24158, Code(await AnnotationAsync(rejected)));
        Assert.Equal(24150, Code(await AnnotationAsync(approved)));
        Assert.Equal(PortalFixture.OwnerId, (await AnnotationAsync(approved)).GetProperty("reviewed_by").GetString());
        Assert.Equal(
            4,
            (await _portal.GetAsync($"{App}/annotations?statuses=24151").OkAsync())["annotations"].GetArrayLength()
        );
    }

    private async Task BackfillAsync()
    {
        var started = await _portal.PostAsync($"{App}/workflows/tagger/backfill", null).OkAsync();
        var id = Id(started["job"]);
        var ended = await Wait.ForAsync(
            () => _portal.GetAsync($"{App}/jobs/{id}"),
            job => job["job"].GetProperty("state").GetString() is "succeeded" or "failed"
        );
        Assert.Equal("succeeded", ended["job"].GetProperty("state").GetString());
        Assert.Equal(18, ended["job"].GetProperty("done").GetInt32());
        Assert.Contains(
            (await _portal.GetAsync($"{App}/jobs").OkAsync())["jobs"].EnumerateArray(),
            job => Id(job) == id
        );
    }

    private async Task UploadAsync(string prefix, int from, int count, int labelled = 0)
    {
        object Input(string kind, int i, byte[] picture) =>
            new
            {
                id = $"{prefix}-{kind}-{i}",
                data = new
                {
                    image = new { base64 = Drawings.Base64(picture) },
                    concepts = i < from + labelled ? new[] { new { id = kind, value = 1 } } : null,
                },
            };
        var range = Enumerable.Range(from, count).ToList();
        var answer = await _portal
            .PostAsync(
                $"{App}/inputs",
                new
                {
                    inputs = range
                        .Select(i => Input("walker", i, Drawings.Red(i)))
                        .Concat(range.Select(i => Input("runner", i, Drawings.Blue(i)))),
                }
            )
            .OkAsync();
        Assert.Equal(2 * count, answer["inputs"].GetArrayLength());
        Assert.Equal(HttpStatusCode.OK, answer.Http);
    }

    private async Task<List<Job>> JobsAsync()
    {
        await using var db = await _portal
            .Get<IDbContextFactory<PortalDbContext>>()
            .CreateDbContextAsync(TestContext.Current.CancellationToken);
        return await db.Jobs.AsNoTracking().ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Every row of every table but the keys' times of use, as text.</summary>
    private async Task<List<string>> RowsAsync()
    {
        await using var db = await _portal
            .Get<IDbContextFactory<PortalDbContext>>()
            .CreateDbContextAsync(TestContext.Current.CancellationToken);
        await db.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        foreach (
            var table in db
                .Model.GetEntityTypes()
                .Select(e => e.GetTableName()!)
                .Distinct()
                .Where(table => table != "ApiKeys")
                .Order(StringComparer.Ordinal)
        )
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // The names come from the model.
            command.CommandText = $"SELECT * FROM \"{table}\"";
#pragma warning restore CA2100
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                var values = new object[reader.FieldCount];
                reader.GetValues(values);
                rows.Add(
                    $"{table}: {string.Join('|', values.Select(v => v is byte[] bytes ? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes)) : v.ToString()))}"
                );
            }
        }
        return rows;
    }

    private async Task<JsonElement> AnnotationAsync(JsonElement annotation) =>
        (
            await _portal
                .GetAsync($"{App}/inputs/{annotation.GetProperty("input_id").GetString()}/annotations/{Id(annotation)}")
                .OkAsync()
        )["annotation"];

    private static object Search(object filter) =>
        new { searches = new[] { new { query = new { filters = new[] { filter } } } } };

    private static object Image(byte[] picture) =>
        new { id = (string?)null, data = (object?)new { image = new { base64 = Drawings.Base64(picture) } } };

    private static int Code(JsonElement item) => item.GetProperty("status").GetProperty("code").GetInt32();

    private static string Id(JsonElement item) => item.GetProperty("id").GetString()!;

    private static IEnumerable<string?> ConceptIds(JsonElement output) =>
        output
            .GetProperty("data")
            .GetProperty("concepts")
            .EnumerateArray()
            .Select(c => c.GetProperty("id").GetString());
}
