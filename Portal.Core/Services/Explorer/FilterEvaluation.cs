using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;

namespace Portal.Core.Services.Explorer;

/// <summary>
/// Answers one filter from an app's index. What is asked of the input itself is worked out once, however many facets
/// are counted over it.
/// </summary>
internal sealed class FilterEvaluation
{
    private readonly AppIndex _index;
    private readonly InputFilter _filter;
    private readonly IReadOnlyDictionary<long, string> _concepts;

    /// <summary>The inputs that meet what the filter asks of the input itself.</summary>
    private readonly InputSet _rest;

    /// <param name="concepts">Names of the app's concepts; tags of others, which are deleted, do not count.</param>
    public FilterEvaluation(AppIndex index, InputFilter filter, IReadOnlyDictionary<long, string> concepts)
    {
        (_index, _filter, _concepts) = (index, filter, concepts);
        _rest = OfInputs();
    }

    public InputSet Result()
    {
        var result = _rest.Clone();
        foreach (var part in TagParts(_filter))
        {
            result.IntersectWith(part);
        }

        if (_filter.Labelled is { } labelled)
        {
            ByLabel(result, labelled);
        }

        if (_filter.Failed)
        {
            result.IntersectWith(_index.Failed);
        }

        return result;
    }

    /// <summary>
    /// How many inputs there would be with other wishes about tags, or about being labelled or failed.
    /// </summary>
    public int Count(InputFilter filter)
    {
        var parts = TagParts(filter).ToList();
        if (filter is { Labelled: null, Failed: false } && parts.Count <= 1)
        {
            return parts.Count == 0 ? _rest.Count : parts[0].CountCommon(_rest);
        }

        return new FilterEvaluation(_index, filter, _concepts, _rest).Result().Count;
    }

    /// <summary>
    /// The matching inputs by their score, the highest among the filter's concepts or among all; those without one
    /// last, newest first.
    /// </summary>
    public long[] Ranked(InputSet result, bool highestFirst)
    {
        var keys = result.Ascending().ToArray();
        if (keys.Length == 0)
        {
            return keys;
        }

        var scoreOf = ScoreOf(keys[^1]);
        Array.Reverse(keys);
        // Scores are not negative, so their bits sort as they do; below them the input's place, to find it again by.
        var (ranked, scored) = (new ulong[keys.Length], 0);
        var without = new List<long>();
        for (var i = 0; i < keys.Length; i++)
        {
            var score = scoreOf(keys[i]);
            if (score < 0)
            {
                without.Add(keys[i]);
            }
            else
            {
                var bits = BitConverter.SingleToUInt32Bits(score);
                ranked[scored++] = (ulong)(highestFirst ? uint.MaxValue - bits : bits) << 32 | (uint)i;
            }
        }
        var order = Sorted(ranked, scored);
        var found = new long[keys.Length];
        for (var i = 0; i < scored; i++)
        {
            found[i] = keys[(uint)order[i]];
        }

        without.CopyTo(found, scored);
        return found;
    }

    /// <summary>The highest score asked for of each input up to a key; less than 0 without any.</summary>
    private Func<long, float> ScoreOf(long last)
    {
        if (_filter.ConceptIds.Count == 0 && _index.Scores.Keys.All(_concepts.ContainsKey))
        {
            return _index.BestScoreOf;
        }

        var best = new float[last + 1];
        Array.Fill(best, -1);
        foreach (var scores in ScoresAsked(_filter))
        {
            foreach (var (key, score) in scores.All())
            {
                if (key < best.Length && best[key] < score)
                {
                    best[key] = score;
                }
            }
        }
        return key => best[key];
    }

    /// <summary>
    /// The first so many by their upper halves; equal ones stay in their order. Three rounds of counting sort, whose
    /// counters and ends of runs fit the processor's first cache: a tenth of the time of comparing a million.
    /// </summary>
    private static ulong[] Sorted(ulong[] ranked, int count)
    {
        var next = new ulong[count];
        for (var shift = 32; shift < 64; shift += 11)
        {
            var places = new int[(1 << 11) + 1];
            for (var i = 0; i < count; i++)
            {
                places[(int)(ranked[i] >> shift & 0x7FF) + 1]++;
            }

            for (var i = 1; i < places.Length; i++)
            {
                places[i] += places[i - 1];
            }

            for (var i = 0; i < count; i++)
            {
                next[places[(int)(ranked[i] >> shift & 0x7FF)]++] = ranked[i];
            }

            (ranked, next) = (next, ranked);
        }
        return ranked;
    }

    private FilterEvaluation(
        AppIndex index,
        InputFilter filter,
        IReadOnlyDictionary<long, string> concepts,
        InputSet rest
    ) => (_index, _filter, _concepts, _rest) = (index, filter, concepts, rest);

    private void ByLabel(InputSet result, bool labelled)
    {
        if (labelled)
        {
            result.IntersectWith(_index.Labelled);
        }
        else
        {
            result.ExceptWith(_index.Annotated);
        }
    }

    private InputSet OfInputs()
    {
        var result = _index.Visible.Clone();
        if (_filter.VideoId is { } videoId)
        {
            result.IntersectWith(new InputSet(_index.Videos.GetValueOrDefault(videoId) ?? []));
        }

        if (_filter.From is not null || _filter.Before is not null)
        {
            Keep(result, facts => !(facts.CreatedAt < _filter.From) && !(facts.CreatedAt >= _filter.Before));
        }

        if (!string.IsNullOrWhiteSpace(_filter.FileName))
        {
            var name = InputFacts.Needle(_filter.FileName.Trim());
            // The file name is the first line, and no needle has a line's end in it.
            Keep(result, facts => facts.Text.Span[..facts.Text.Span.IndexOf((byte)'\n')].IndexOf(name) >= 0);
        }
        foreach (var entry in _filter.Metadata)
        {
            var line = InputFacts.Needle(entry);
            Keep(result, facts => facts.Text.Span.IndexOf(line) >= 0);
        }
        foreach (
            var word in (_filter.Text ?? "")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Take(8)
        )
        {
            var found = result.Clone();
            var needle = InputFacts.Needle(word);
            Keep(found, facts => facts.Text.Span.IndexOf(needle) >= 0);
            var named = _concepts
                .Where(c => c.Value.Contains(word, StringComparison.OrdinalIgnoreCase))
                .Select(c => c.Key)
                .ToHashSet();
            if (named.Count > 0)
            {
                found.UnionWith(
                    Union(kind => kind is { Value: true, IsShown: true } && named.Contains(kind.ConceptId))
                );
            }

            result.IntersectWith(found);
        }
        foreach (var conceptId in _filter.WithoutConceptIds)
        {
            result.ExceptWith(Union(kind => kind is { Value: true, IsShown: true } && kind.ConceptId == conceptId));
        }

        return result;
    }

    /// <summary>Sets that must all hold an input for its tags to be what is asked for.</summary>
    private IEnumerable<InputSet> TagParts(InputFilter filter)
    {
        var hasScore = filter.MinScore is not null || filter.MaxScore is not null;
        if (filter is { Match: ConceptMatch.All, ConceptIds.Count: > 0 })
        {
            foreach (var conceptId in filter.ConceptIds)
            {
                var ofConcept = Union(kind => kind.ConceptId == conceptId && kind.Meets(filter));
                if (hasScore)
                {
                    ofConcept.IntersectWith(WithScore(filter with { ConceptIds = [conceptId] }));
                }

                yield return ofConcept;
            }
            yield break;
        }
        if (filter.AsksForTags)
        {
            yield return Union(kind =>
                (filter.ConceptIds.Count == 0 || filter.ConceptIds.Contains(kind.ConceptId)) && kind.Meets(filter)
            );
        }

        if (hasScore)
        {
            yield return WithScore(filter);
        }
    }

    private InputSet Union(Func<TagKind, bool> isMeant)
    {
        var result = new InputSet();
        foreach (var (kind, inputs) in _index.Tags)
        {
            if (_concepts.ContainsKey(kind.ConceptId) && isMeant(kind))
            {
                result.UnionWith(inputs);
            }
        }
        return result;
    }

    private InputSet WithScore(InputFilter filter)
    {
        var (min, max) = ((float)(filter.MinScore ?? 0), (float)(filter.MaxScore ?? 1));
        var result = new InputSet();
        foreach (var scores in ScoresAsked(filter))
        {
            foreach (var (key, score) in scores.All())
            {
                if (score >= min && score <= max)
                {
                    result.Add(key);
                }
            }
        }
        return result;
    }

    private IEnumerable<ScoreSet> ScoresAsked(InputFilter filter) =>
        _index
            .Scores.Where(s =>
                _concepts.ContainsKey(s.Key) && (filter.ConceptIds.Count == 0 || filter.ConceptIds.Contains(s.Key))
            )
            .Select(s => s.Value);

    private void Keep(InputSet inputs, Func<InputFacts, bool> isWanted)
    {
        foreach (var key in inputs.Ascending())
        {
            if (!isWanted(_index.FactsOf(key)))
            {
                inputs.Remove(key);
            }
        }
    }
}
