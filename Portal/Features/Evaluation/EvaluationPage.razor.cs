using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Evaluation;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Models;
using Portal.Features.Models;
using Portal.Shared.Pages;

namespace Portal.Features.Evaluation;

/// <summary>What a version gets right on inputs it did not learn from, and the thresholds that follow.</summary>
public sealed partial class EvaluationPage : LivePage
{
    private const int MistakesShown = 18;
    private const int CellInputsShown = 60;
    private ModelView? _model;
    private ModelVersionView? _version;
    private VersionEvaluation? _evaluation;
    private Figures? _figures;
    private IReadOnlyList<Concept> _concepts = [];
    private IReadOnlyList<Input>? _cell;
    private string? _problem;
    private bool _bandIsOpen;

    [Parameter]
    public string ModelId { get; set; } = "";

    [Parameter]
    public string VersionId { get; set; } = "";

    /// <summary>The concept whose scores are drawn; the first when absent.</summary>
    [SupplyParameterFromQuery(Name = "concept")]
    public string? Concept { get; set; }

    /// <summary>With <see cref="Predicted"/>, the cell of the confusion matrix whose inputs are shown.</summary>
    [SupplyParameterFromQuery(Name = "actual")]
    public string? Actual { get; set; }

    [SupplyParameterFromQuery(Name = "predicted")]
    public string? Predicted { get; set; }

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    [Inject]
    private EvaluationService Evaluations { get; set; } = null!;

    [Inject]
    private CalibrationService Calibrations { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private ScoreSample Sample { get; set; } = null!;

    [Inject]
    private InputQueries Inputs { get; set; } = null!;

    protected override IReadOnlyList<ChangedNoun> Shown { get; } = [ChangedNoun.Models, ChangedNoun.Concepts];

    private string? Words =>
        _evaluation is { Scores: { } scores } evaluation
            ? string.Create(
                CultureInfo.CurrentCulture,
                $"{scores.Count:N0} inputs labelled by people, cut in {scores.Folds.Max() + 1} parts; each part was "
                    + $"scored by a model trained on the others. "
            )
                + (evaluation.ImplicitNegatives ? "Implicit ✗ counted. " : "Only spoken ✗ counted. ")
                + (_version!.Summary is { PeopleOnly: false } ? "What workflows wrote did not count. " : "")
                + evaluation.Detail
            : null;

    private EvaluationReport Report => _figures!.Report;
    private string Selected =>
        Known(Concept) is { } concept ? concept.ExternalId : ConceptOf(Report.Concepts[0].ConceptId)!.ExternalId;
    private long SelectedKey => Known(Selected)!.Id;
    private ConceptEvaluation SelectedConcept => Report.Concepts.First(c => c.ConceptId == SelectedKey);
    private string CellText => $"{NameOf(Actual)}, taken for {(Actual == Predicted ? "that" : NameOf(Predicted))}";

    protected override async Task LoadAsync()
    {
        _concepts = await Concepts.ListAsync(Scope.AppKey, Left);
        _model = await Models.GetAsync(Scope.AppKey, ModelId, Left);
        var version = await Models.GetVersionAsync(Scope.AppKey, ModelId, VersionId, Left);
        var evaluation = await Evaluations.FindAsync(version.Id, Left);
        if (version.Id != _version?.Id || evaluation?.ModifiedAt != _evaluation?.ModifiedAt)
        {
            // All at once, so that nothing half read is shown meanwhile.
            var figures = evaluation?.Scores is { } scores ? await ReadAsync(version, scores) : null;
            (_version, _evaluation, _figures) = (version, evaluation, figures);
        }
        await ReadCellAsync();
    }

    private async Task<Figures?> ReadAsync(ModelVersionView version, HeldOutScores scores)
    {
        var report = EvaluationReport.Of(scores);
        // A concept that was deleted since is not named any more.
        report = report with
        {
            Concepts = [.. report.Concepts.Where(c => ConceptOf(c.ConceptId) is not null)],
        };
        if (report.Concepts.Count == 0)
        {
            return null;
        }

        var mistakes = scores.Mistakes(MistakesShown);
        var inputs = (
            await Inputs.InputsAsync([.. mistakes.Select(m => scores.InputIds[m.Row]).Distinct()], Left)
        ).ToDictionary(i => i.Id);
        var calibration = version.Summary is { CalibratedFrom: null }
            ? await Task.Run(() => CalibrationService.Try(version, scores), Left)
            : null;
        return new Figures(
            report,
            await Sample.DrawAsync(Scope.AppKey, version.Id, scores, Left),
            [
                .. mistakes
                    .Where(m =>
                        inputs.ContainsKey(scores.InputIds[m.Row])
                        && ConceptOf(scores.ConceptIds[m.Concept]) is not null
                    )
                    .Select(m => new MistakenInput(
                        m,
                        inputs[scores.InputIds[m.Row]],
                        ConceptOf(scores.ConceptIds[m.Concept])!
                    )),
            ],
            calibration is { Helps: true }
                ? EvaluationReport
                    .Of(calibration.Scores)
                    .Concepts.ToDictionary(c => c.ConceptId, c => c.Reliability.ExpectedCalibrationError)
                : null
        );
    }

    private async Task ReadCellAsync()
    {
        _cell = null;
        if (
            _evaluation?.Scores is not { } scores
            || Known(Actual) is not { } actual
            || Known(Predicted) is not { } predicted
        )
        {
            return;
        }

        var rows =
            scores
                .Confusion()
                .FirstOrDefault(c =>
                    scores.ConceptIds[c.Actual] == actual.Id && scores.ConceptIds[c.Predicted] == predicted.Id
                )
                ?.Rows
            ?? [];
        _cell = await Inputs.InputsAsync([.. rows.Take(CellInputsShown).Select(row => scores.InputIds[row])], Left);
    }

    private async Task EvaluateAsync() =>
        _problem = await Scope.AttemptAsync(
            Permission.ManageModels,
            () => Evaluations.StartAsync(Scope.AppKey, Scope.User.Key, _model!, _version!, Left)
        );

    private async Task CalibrateAsync() =>
        _problem = await Scope.AttemptAsync(
            Permission.ManageModels,
            async () =>
            {
                var made = await Calibrations.CalibrateAsync(Scope.AppKey, Scope.User.Key, _version!, Left);
                Navigation.NavigateTo(Scope.Href($"models/{ModelId}/versions/{made}/evaluation"));
            }
        );

    private Concept? ConceptOf(long id) => _concepts.FirstOrDefault(c => c.Id == id);

    private Concept? Known(string? id) =>
        _concepts.FirstOrDefault(c => c.ExternalId == id && (_evaluation?.Scores?.ConceptIds.Contains(c.Id) ?? false));

    private string NameOf(string? id) => Known(id)?.Name ?? "";

    private string Address(string? concept = null, string? actual = null, string? predicted = null) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(
            ModelFormatter.EvaluationHref(Scope, ModelId, _version!),
            new Dictionary<string, string?>
            {
                ["concept"] = concept ?? Concept,
                ["actual"] = actual,
                ["predicted"] = predicted,
            }.Where(pair => pair.Value is not null)
        );

    /// <summary>What is computed from an evaluation, once.</summary>
    /// <param name="Calibrated">What each concept's calibration error would be; null where calibrating does not
    /// help.</param>
    private sealed record Figures(
        EvaluationReport Report,
        SampledScores Sampled,
        IReadOnlyList<MistakenInput> Mistakes,
        IReadOnlyDictionary<long, double>? Calibrated
    );
}
