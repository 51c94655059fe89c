using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Datasets;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Datasets;
using Portal.Core.Services.Explorer;
using Portal.Shared.Components;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Features.Datasets;

/// <summary>What differs between two datasets, with links to the inputs as they are now.</summary>
public sealed partial class DatasetDiffPage : AppPage
{
    private const int Most = 200;
    private Dataset? _from,
        _to;
    private DatasetDiff? _diff;
    private Dictionary<long, InputTile> _tiles = [];
    private Dictionary<string, string> _concepts = [];
    private Kind _kind = Kind.Changed;
    private string? _problem;

    private enum Kind
    {
        Changed,
        Added,
        Removed,
    }

    /// <summary>Id of the dataset before.</summary>
    [Parameter]
    public string From { get; set; } = "";

    /// <summary>Id of the dataset after.</summary>
    [Parameter]
    public string To { get; set; } = "";

    [Inject]
    private DatasetService Datasets { get; set; } = null!;

    [Inject]
    private InputQueries Inputs { get; set; } = null!;

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    private string Subtitle =>
        _from is null || _to is null
            ? ""
            : $"{Words(_from.Inputs, "input", "inputs")} then, {Words(_to.Inputs, "input", "inputs")} later.";

    private IReadOnlyList<Choice<Kind>> Kinds =>
        [
            new(Kind.Changed, $"Other labels {Number(_diff!.Changed)}"),
            new(Kind.Added, $"Added {Number(_diff.Added)}"),
            new(Kind.Removed, $"Removed {Number(_diff.Removed)}"),
        ];

    private IReadOnlyList<DiffInput> Shown =>
        _kind switch
        {
            Kind.Added => _diff!.FirstAdded,
            Kind.Removed => _diff!.FirstRemoved,
            _ => _diff!.FirstChanged,
        };

    private int Count =>
        _kind switch
        {
            Kind.Added => _diff!.Added,
            Kind.Removed => _diff!.Removed,
            _ => _diff!.Changed,
        };

    private string Nothing =>
        _kind switch
        {
            Kind.Added => "No input was added.",
            Kind.Removed => "No input was removed.",
            _ => "No input has other labels.",
        };

    protected override async Task OnParametersSetAsync() =>
        _problem = await Attempt.ToAsync(async () =>
        {
            _from = await Datasets.GetAsync(Scope.AppKey, From, CancellationToken.None);
            _to = await Datasets.GetAsync(Scope.AppKey, To, CancellationToken.None);
            _concepts = (await Concepts.ListAsync(Scope.AppKey, CancellationToken.None)).ToDictionary(
                c => c.ExternalId,
                c => c.Name
            );
            var diff = await Task.Run(() =>
                Datasets.CompareAsync(Scope.AppKey, From, To, Most, CancellationToken.None)
            );
            _tiles = (
                await Inputs.TilesAsync(
                    [.. diff.FirstAdded.Concat(diff.FirstRemoved).Concat(diff.FirstChanged).Select(i => i.Key)],
                    CancellationToken.None
                )
            ).ToDictionary(t => t.Id);
            _kind =
                diff is { Changed: 0, Added: > 0 } ? Kind.Added
                : diff is { Changed: 0, Removed: > 0 } ? Kind.Removed
                : Kind.Changed;
            _diff = diff;
        });

    private string ConceptName(string id) => _concepts.GetValueOrDefault(id, id);

    private string Sign(LabelChange label) =>
        _kind switch
        {
            Kind.Added => Sign(label.After),
            Kind.Removed => Sign(label.Before),
            _ => $"{Sign(label.Before)} → {Sign(label.After)}",
        };

    private static string Sign(bool? value) =>
        value switch
        {
            true => "✓",
            false => "✗",
            null => "nothing",
        };

    private static string Name(DiffInput input) => input.FileName.Length > 0 ? input.FileName : input.Id;

    private static string Words(int count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    private static string Number(int count) => count.ToString("N0", CultureInfo.CurrentCulture);
}
