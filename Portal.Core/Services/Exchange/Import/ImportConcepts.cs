using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Ids;
using Portal.Core.Services.Concepts;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>
/// Which concept a label of a file means: what the person chose, else the concept with that id, else with that name
/// (case ignored), else with the id that reads like it, else a new one.
/// </summary>
internal sealed class ImportConcepts(
    ConceptService service,
    long appId,
    IReadOnlyList<Concept> known,
    ExchangeManifest? manifest,
    IReadOnlyDictionary<string, string> choices
) : IDisposable
{
    private readonly List<Concept> _known = [.. known];
    private readonly Dictionary<string, Concept?> _found = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>The concept that is there already for a label, or null.</summary>
    public Concept? Existing(string label)
    {
        var name = label.Trim();
        return _known.FirstOrDefault(c => c.ExternalId == name)
            ?? _known.FirstOrDefault(c =>
                string.Equals(c.Name, Named(name)?.Name ?? name, StringComparison.OrdinalIgnoreCase)
            )
            ?? (
                IdGenerator.FromName(name) is { } id
                    ? _known.FirstOrDefault(c => string.Equals(c.ExternalId, id, StringComparison.OrdinalIgnoreCase))
                    : null
            );
    }

    /// <summary>The concept for a label, made if need be; null where the person leaves the label out.</summary>
    /// <exception cref="PortalException">The label can be no concept's name, or the concept that was chosen is
    /// gone.</exception>
    public async Task<Concept?> FindAsync(string label, CancellationToken ct)
    {
        // Pictures that are fetched side by side may bring the same new label.
        await _turn.WaitAsync(ct);
        try
        {
            if (_found.TryGetValue(label, out var found))
            {
                return found;
            }

            return _found[label] = choices.TryGetValue(label, out var chosen)
                ? chosen.Length == 0
                    ? null
                    : _known.FirstOrDefault(c => c.ExternalId == chosen) ?? await service.GetAsync(appId, chosen, ct)
                : Existing(label) ?? await MakeAsync(label.Trim(), ct);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes the concepts of an export's app that this app lacks, used or not, in their order.</summary>
    public async Task MakeAllAsync(CancellationToken ct)
    {
        foreach (var concept in manifest?.Concepts ?? [])
        {
            await FindAsync(concept.Id, ct);
        }
    }

    private async Task<Concept> MakeAsync(string label, CancellationToken ct)
    {
        var named = Named(label);
        var made = (
            await service.CreateAsync(
                appId,
                [new NewConcept(named?.Id, named?.Name ?? label, named?.Color, named?.Hotkey)],
                ct
            )
        )[0];
        // A concept without a hotkey would have been given a free one.
        if (named is { Hotkey: null } && made.Hotkey is not null)
        {
            made = await service.UpdateAsync(appId, made.ExternalId, null, null, "", ct);
        }

        _known.Add(made);
        return made;
    }

    public void Dispose() => _turn.Dispose();

    private ExchangeConcept? Named(string label) => manifest?.Concepts.FirstOrDefault(c => c.Id == label);
}
