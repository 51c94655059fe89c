using Portal.Tests.Support;

namespace Portal.Tests.Evaluation;

public sealed class EvaluationApiTests(SharedPortal shared) : IClassFixture<SharedPortal>
{
    private readonly PortalFixture _portal = shared.Portal;

    private string App { get; } = SharedPortal.NewApp();

    [Fact]
    public async Task A_trained_version_answers_its_figures_and_suggestions()
    {
        var version = await TrainedAsync(each: 8);

        var evaluation = (
            await Wait.ForAsync(() => _portal.GetAsync(version + "/evaluation?error=0.3&confidence=0.8"), IsOver)
        )["evaluation"];

        Assert.Equal(21300, evaluation.GetProperty("status").GetProperty("code").GetInt32());
        Assert.Equal(
            (16, 5, true),
            (
                evaluation.GetProperty("total_input_count").GetInt32(),
                evaluation.GetProperty("folds").GetInt32(),
                evaluation.GetProperty("implicit_negatives").GetBoolean()
            )
        );
        var red = evaluation.GetProperty("concepts")[0];
        Assert.Equal(
            ("red", 8, 8),
            (
                red.GetProperty("id").GetString(),
                red.GetProperty("present").GetInt32(),
                red.GetProperty("absent").GetInt32()
            )
        );
        Assert.InRange(red.GetProperty("metrics").GetProperty("roc_auc").GetDouble(), 0.9, 1);
        Assert.Equal("guarantee", red.GetProperty("suggestion").GetProperty("high_basis").GetString());
        Assert.InRange(red.GetProperty("suggestion").GetProperty("high_threshold").GetDouble(), 0.01, 0.99);
        Assert.Equal(
            16,
            evaluation.GetProperty("confusion_matrix").EnumerateArray().Sum(c => c.GetProperty("count").GetInt32())
        );
    }

    [Fact]
    public async Task Too_few_labels_are_said_and_more_can_be_evaluated_later()
    {
        var version = await TrainedAsync(each: 3);
        var evaluation = (await Wait.ForAsync(() => _portal.GetAsync(version + "/evaluation"), IsOver))["evaluation"];
        Assert.Equal(21316, evaluation.GetProperty("status").GetProperty("code").GetInt32());

        await UploadAsync(from: 3, to: 6);
        await _portal.ProcessedAsync(App);
        await _portal.PostAsync(version + "/evaluation", null).OkAsync();

        var later = (await Wait.ForAsync(() => _portal.GetAsync(version + "/evaluation"), IsOver))["evaluation"];
        Assert.Equal(21300, later.GetProperty("status").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_target_that_makes_no_sense_is_refused_by_its_name()
    {
        var version = await TrainedAsync(each: 2);

        var answer = await _portal.GetAsync(version + "/evaluation?error=5");

        Assert.Equal(400, (int)answer.Http);
        Assert.Contains("'error'", answer["status"].GetProperty("details").GetString(), StringComparison.Ordinal);
    }

    private static bool IsOver(ApiAnswer answer) =>
        answer["evaluation"].GetProperty("status").GetProperty("code").GetInt32() is not (21301 or 21303 or 21302);

    private async Task<string> TrainedAsync(int each)
    {
        await _portal
            .PostAsync("users/me/apps", new { apps = new[] { new { id = App["users/me/apps/".Length..] } } })
            .OkAsync();
        await _portal.PostAsync($"{App}/concepts", """{"concepts":[{"id":"red"},{"id":"blue"}]}""").OkAsync();
        await UploadAsync(0, each);
        await _portal
            .PostAsync(
                $"{App}/models",
                """{"model":{"id":"m","output_info":{"data":{"concepts":[{"id":"red"},{"id":"blue"}]}}}}"""
            )
            .OkAsync();
        var trained = await _portal.PostAsync($"{App}/models/m/versions", null).OkAsync();
        var version = $"{App}/models/m/versions/{trained["model_version"].GetProperty("id").GetString()}";
        await _portal.TrainedAsync(version);
        return version;
    }

    private Task<ApiAnswer> UploadAsync(int from, int to) =>
        _portal
            .PostAsync(
                $"{App}/inputs",
                new
                {
                    inputs = Enumerable
                        .Range(from, to - from)
                        .SelectMany(seed =>
                            new[] { "red", "blue" }.Select(concept => new
                            {
                                data = new
                                {
                                    image = new
                                    {
                                        base64 = Convert.ToBase64String(
                                            Pictures.Square(
                                                seed,
                                                concept == "red"
                                                    ? ((byte)220, (byte)30, (byte)30)
                                                    : ((byte)30, (byte)30, (byte)220),
                                                (250, 250, 250)
                                            )
                                        ),
                                    },
                                    concepts = new[] { new { id = concept, value = 1 } },
                                },
                            })
                        ),
                }
            )
            .OkAsync();
}
