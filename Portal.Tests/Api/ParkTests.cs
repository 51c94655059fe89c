using System.Globalization;
using Portal.Tests.Support;

namespace Portal.Tests.Api;

/// <summary>
/// The tutorial over the API on real photos, and how right the tags are that the workflow was sure of.
/// </summary>
public sealed class ParkTests
{
    private const int LabelledPerFolder = 60;
    private const int PerRequest = 40;
    private const int Seed = 2;
    private const double LeastPrecision = 0.92;
    private const double LeastCoverage = 0.6;
    private static readonly string[] Concepts = ["walker", "runner", "bike_rider", "rollerblader", "stroller"];

    [Fact]
    public async Task Tags_written_as_success_at_080_are_right_and_many()
    {
        SharedData.Require("park5");
        await using var portal = await PortalFixture.StartAsync(("Embedder:Side", "288"));
        await portal.PostAsync("users/me/apps", new { apps = new[] { new { id = "park" } } }).OkAsync();
        const string app = "users/me/apps/park";
        await portal.PostAsync($"{app}/concepts", new { concepts = Concepts.Select(id => new { id }) }).OkAsync();
        var photos = Concepts.Append("other").SelectMany(Split).ToList();

        await AddAsync(portal, app, photos.Where(p => p.IsLabelled), withLabels: true);
        await portal
            .PostAsync(
                $"{app}/models",
                new
                {
                    model = new
                    {
                        id = "activities",
                        output_info = new { data = new { concepts = Concepts.Select(id => new { id }) } },
                    },
                }
            )
            .OkAsync();
        var trained = await portal.PostAsync($"{app}/models/activities/versions", null).OkAsync();
        var version = trained["model"].GetProperty("model_version").GetProperty("id").GetString();
        var status = (await portal.TrainedAsync($"{app}/models/activities/versions/{version}"))["model"]
            .GetProperty("model_version")
            .GetProperty("status")
            .GetProperty("code")
            .GetInt32();
        Assert.Equal(21100, status);
        await MakeWorkflowAsync(portal, app);

        await AddAsync(portal, app, photos.Where(p => !p.IsLabelled), withLabels: false);
        await portal.ProcessedAsync(app);

        var written = await SuccessesAsync(portal, app);
        var truth = photos.ToDictionary(p => p.Id, p => p.Folder);
        var right = written.Count(tag => truth[tag.InputId] == tag.ConceptId);
        var (precision, coverage) = (
            (double)right / written.Count,
            (double)written.Count / photos.Count(p => !p.IsLabelled)
        );
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{written.Count} tags SUCCESS, {right} right: {precision:0.000}; coverage {coverage:0.00}"
            )
        );
        Assert.InRange(precision, LeastPrecision, 1);
        Assert.InRange(coverage, LeastCoverage, 1);
    }

    private sealed record Photo(string Id, string Folder, string Path, bool IsLabelled);

    /// <summary>60 labelled of each folder, drawn by chance; half of it where it holds fewer than 120.</summary>
    private static IEnumerable<Photo> Split(string folder)
    {
        var names = SharedData.FileNames("park5", folder).ToArray();
        new Random(Seed).Shuffle(names);
        var labelled = names.Length < 2 * LabelledPerFolder ? names.Length / 2 : LabelledPerFolder;
        return names.Select(
            (name, i) => new Photo($"{folder}-{i}", folder, SharedData.Require("park5", folder, name), i < labelled)
        );
    }

    private static async Task AddAsync(PortalFixture portal, string app, IEnumerable<Photo> photos, bool withLabels)
    {
        foreach (var batch in photos.Chunk(PerRequest))
        {
            var inputs = batch.Select(p => new
            {
                id = p.Id,
                data = new
                {
                    image = new { base64 = Convert.ToBase64String(File.ReadAllBytes(p.Path)) },
                    concepts = withLabels ? LabelsOf(p.Folder) : [],
                },
            });
            await portal.PostAsync($"{app}/inputs", new { inputs }).OkAsync();
        }
    }

    /// <summary>✓ for the folder's concept; a photo of something else is ✗ for all.</summary>
    private static IEnumerable<object> LabelsOf(string folder) =>
        folder == "other" ? Concepts.Select(id => (object)new { id, value = 0 }) : [new { id = folder, value = 1 }];

    private static async Task MakeWorkflowAsync(PortalFixture portal, string app)
    {
        await portal
            .PostAsync(
                $"{app}/models",
                new
                {
                    models = new object[]
                    {
                        Thresholder("sure", "GREATER_THAN", 0.8),
                        Thresholder("unsure", "LESS_THAN", 0.8),
                        Writer("write-success", "ANNOTATION_SUCCESS"),
                        Writer("write-pending", "ANNOTATION_PENDING"),
                    },
                }
            )
            .OkAsync();
        var workflow = new
        {
            id = "auto",
            nodes = new object[]
            {
                Node("classify", "activities"),
                Node("sure", "sure", "classify"),
                Node("success", "write-success", "sure"),
                Node("unsure", "unsure", "classify"),
                Node("pending", "write-pending", "unsure"),
            },
        };
        await portal.PostAsync($"{app}/workflows", new { workflows = new[] { workflow } }).OkAsync();
        await portal
            .PatchAsync(
                "users/me/apps",
                new { action = "overwrite", apps = new[] { new { id = "park", default_workflow_id = "auto" } } }
            )
            .OkAsync();

        static object Thresholder(string id, string type, double value) =>
            new
            {
                id,
                model_type_id = "concept-thresholder",
                output_info = new
                {
                    data = new { concepts = Concepts.Select(concept => new { id = concept, value }) },
                    @params = new { concept_threshold_type = type },
                },
            };
        static object Writer(string id, string annotationStatus) =>
            new
            {
                id,
                model_type_id = "annotation-writer",
                output_info = new
                {
                    @params = new { annotation_status = annotationStatus, annotation_user_id = PortalFixture.OwnerId },
                },
            };
        static object Node(string id, string model, params string[] inputs) =>
            new
            {
                id,
                model = new { id = model },
                node_inputs = inputs.Select(input => new { node_id = input }),
            };
    }

    /// <summary>What the workflow wrote as SUCCESS.</summary>
    private static async Task<List<(string InputId, string ConceptId)>> SuccessesAsync(PortalFixture portal, string app)
    {
        var found = new List<(string, string)>();
        for (var page = 1; ; page++)
        {
            var answer = await portal.GetAsync($"{app}/annotations?statuses=24150&page={page}&per_page=1000").OkAsync();
            var annotations = answer["annotations"].EnumerateArray().ToList();
            found.AddRange(
                annotations
                    .Where(a => a.GetProperty("origin").GetString() == "workflow")
                    .Select(a =>
                        (
                            a.GetProperty("input_id").GetString()!,
                            a.GetProperty("data").GetProperty("concepts")[0].GetProperty("id").GetString()!
                        )
                    )
            );
            if (annotations.Count < 1000)
            {
                return found;
            }
        }
    }
}
