using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Models;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Evaluation;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Models;
using Portal.Tests.Support;

namespace Portal.Tests.Evaluation;

public sealed class EvaluationJobTests : IAsyncLifetime
{
    private CoreHost _host = null!;
    private Concept _red = null!;
    private Concept _blue = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CoreHost.StartAsync();
        (_red, _blue) = (await _host.ConceptAsync("red"), await _host.ConceptAsync("blue"));
        await _host
            .Get<ModelService>()
            .CreateAsync(
                _host.App.Id,
                _host.User.Id,
                "model",
                null,
                null,
                new OutputDraft([new DraftConcept("red"), new DraftConcept("blue")], []),
                default
            );
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_training_is_followed_by_an_evaluation_on_what_each_classifier_had_not_seen()
    {
        await EvaluationModels.UploadAsync(_host, 8);

        var (_, evaluation) = await EvaluationModels.EvaluatedAsync(_host);

        Assert.Equal(
            (StatusCode.ModelEvaluated, true, null),
            (evaluation.Status, evaluation.ImplicitNegatives, evaluation.Detail)
        );
        var scores = evaluation.Scores!;
        Assert.Equal((16, 4), (scores.Count, scores.Folds.Max()));
        Assert.Equal([_red.Id, _blue.Id], scores.ConceptIds);
        Assert.Equal(16, scores.Implied.Count(implied => implied));
        Assert.All(scores.SamplingMethods, method => Assert.Equal(SamplingMethod.Random, method));
        Assert.True(EvaluationReport.Of(scores).Macro.RocAuc > 0.95);
    }

    [Fact]
    public async Task Too_few_labels_fail_neither_training_nor_job_and_are_named()
    {
        await EvaluationModels.UploadAsync(_host, 4);

        var (version, evaluation) = await EvaluationModels.EvaluatedAsync(_host);

        Assert.Equal(StatusCode.ModelTrained, version.Status);
        Assert.Equal(StatusCode.EvaluationTooFewInputs, evaluation.Status);
        Assert.Contains("Missing: red, blue.", evaluation.Detail, StringComparison.Ordinal);
        var job = await Wait.ForAsync(
            async () => (await _host.Get<JobService>().ListAsync(_host.App.Id, 1, default))[0],
            j => j.IsOver
        );
        Assert.Equal((JobKinds.Evaluation, JobState.Skipped), (job.Kind, job.State));
    }

    [Fact]
    public async Task Only_peoples_labels_are_evaluated_and_a_machines_yes_is_no_implied_no()
    {
        await EvaluationModels.UploadAsync(_host, 6);
        var both = await _host.ProcessedAsync(1, new InputLabel("red", true));
        var machines = await _host.ProcessedAsync(2);
        await _host
            .Get<AnnotationService>()
            .WriteAsync(
                _host.App.Id,
                _host.User.Id,
                [
                    .. new[] { both.Id, machines.Id }.Select(id => new NewAnnotation(
                        id,
                        _blue.Id,
                        true,
                        Machine: true,
                        Score: 0.9
                    )),
                ],
                default
            );

        var scores = (await EvaluationModels.EvaluatedAsync(_host)).Evaluation.Scores!;

        Assert.DoesNotContain(machines.Id, scores.InputIds);
        Assert.Equal(
            (1, -1),
            (
                scores.Label(Array.IndexOf(scores.InputIds, both.Id), 0),
                scores.Label(Array.IndexOf(scores.InputIds, both.Id), 1)
            )
        );
    }

    [Fact]
    public async Task A_label_keeps_the_draw_of_its_inputs_first_decision_and_an_audit_is_about_one_concept()
    {
        await EvaluationModels.UploadAsync(_host, 6);
        var (taught, audited) = (await _host.ProcessedAsync(1), await _host.ProcessedAsync(2));
        await DecideAsync(new NewDecision(taught.Id, _red.Id, true, SamplingMethod: SamplingMethod.MostInformative));
        await DecideAsync(new NewDecision(taught.Id, _red.Id, false, SamplingMethod: SamplingMethod.Random));
        await DecideAsync(new NewDecision(audited.Id, _red.Id, true, SamplingMethod: SamplingMethod.Audit));

        var scores = (await EvaluationModels.EvaluatedAsync(_host)).Evaluation.Scores!;

        Assert.Equal([SamplingMethod.MostInformative, SamplingMethod.MostInformative], MethodsOf(taught.Id));
        Assert.Equal([SamplingMethod.Audit, SamplingMethod.Unstated], MethodsOf(audited.Id));

        SamplingMethod[] MethodsOf(long inputId) =>
            [.. scores.SamplingMethods.Skip(2 * Array.IndexOf(scores.InputIds, inputId)).Take(2)];
        Task DecideAsync(NewDecision decision) =>
            _host.Get<DecisionService>().DecideAsync(_host.App.Id, _host.User.Id, [decision], default);
    }

    [Fact]
    public async Task A_version_can_be_evaluated_again_with_the_labels_there_are_by_then()
    {
        await EvaluationModels.UploadAsync(_host, 4);
        var (version, _) = await EvaluationModels.EvaluatedAsync(_host);
        await EvaluationModels.UploadAsync(_host, 8, from: 4);

        await _host
            .Get<EvaluationService>()
            .StartAsync(
                _host.App.Id,
                _host.User.Id,
                await _host.Get<ModelService>().GetAsync(_host.App.Id, "model", default),
                version,
                default
            );

        var again = await Wait.ForAsync(
            () => _host.Get<EvaluationService>().FindAsync(version.Id, default),
            e => e is { Status: StatusCode.ModelEvaluated }
        );
        Assert.Equal(16, again!.Scores!.Count);
    }

    [Fact]
    public async Task What_follows_a_training_is_left_out_once_the_model_is_trained_again_and_what_a_person_asks_for_is_not()
    {
        await EvaluationModels.UploadAsync(_host, 8);
        var (first, _) = await EvaluationModels.EvaluatedAsync(_host);
        await EvaluationModels.EvaluatedAsync(_host);
        var jobs = _host.Get<JobService>();

        var late = await jobs.StartAsync(
            _host.App.Id,
            _host.User.Id,
            JobKinds.Evaluation,
            "late",
            new EvaluationJob.Parameters(first.Id, IsAutomatic: true),
            default
        );
        var ended = await Wait.ForAsync(() => jobs.GetAsync(_host.App.Id, late.ExternalId, default), j => j.IsOver);
        var left = await _host.Get<EvaluationService>().FindAsync(first.Id, default);
        await _host
            .Get<EvaluationService>()
            .StartAsync(
                _host.App.Id,
                _host.User.Id,
                await _host.Get<ModelService>().GetAsync(_host.App.Id, "model", default),
                first,
                default
            );

        Assert.Equal(
            (JobState.Skipped, "v2 was trained before this one's turn came. Evaluate it by hand to compare the two."),
            (ended.State, ended.Message)
        );
        Assert.Equal((StatusCode.ModelNotEvaluated, ended.Message), (left!.Status, left.Detail));
        await Wait.ForAsync(
            () => _host.Get<EvaluationService>().FindAsync(first.Id, default),
            e => e is { Status: StatusCode.ModelEvaluated }
        );
    }
}
