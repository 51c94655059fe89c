using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;

namespace Portal.Core.Services.Explorer;

/// <summary>
/// What filters ask about the inputs of one app, as sets of inputs. It is derived from the database and forgotten with
/// the process. Changes and readers take turns: take <see cref="Lock"/>.
/// </summary>
internal sealed class AppIndex
{
    public const int PageSize = 1024;
    private const float NoScore = -1;

    // By key: a page of inputs each.
    private InputFacts[]?[] _facts = [];

    // By key: a page of the highest of Scores each.
    private float[]?[] _best = [];

    public ReaderWriterLockSlim Lock { get; } = new();

    /// <summary>The last entry of the change log that is in here.</summary>
    public long LastChange { get; set; }

    /// <summary>Up to here the app's entries were removed from the log.</summary>
    public long TrimmedTo { get; set; }

    /// <summary>Inputs that are not deleted.</summary>
    public InputSet Visible { get; } = new();

    public InputSet Failed { get; } = new();

    /// <summary>Inputs with any annotation.</summary>
    public InputSet Annotated { get; } = new();

    /// <summary>Inputs with a label.</summary>
    public InputSet Labelled { get; } = new();

    public Dictionary<LabelKind, InputSet> Labels { get; } = [];

    /// <summary>Inputs with an embedding of the portal's embedder.</summary>
    public InputSet Embedded { get; } = new();

    public Dictionary<TagKind, InputSet> Tags { get; } = [];

    /// <summary>
    /// By concept: the highest machine score of each input that has one, among the tags that are shown.
    /// </summary>
    public Dictionary<long, ScoreSet> Scores { get; } = [];

    /// <summary>By video: the inputs that are its frames, deleted ones too.</summary>
    public Dictionary<long, HashSet<long>> Videos { get; } = [];

    /// <summary>
    /// Makes room for inputs up to a key. Two threads may then use <see cref="AddInput"/> and <see cref="Embedded"/>,
    /// as long as each keeps to other pages of <see cref="PageSize"/> keys.
    /// </summary>
    public void Reserve(long last)
    {
        foreach (var inputs in (InputSet[])[Visible, Failed, Embedded])
        {
            inputs.Reserve(last);
        }

        if (last / PageSize >= _facts.Length)
        {
            Array.Resize(ref _facts, (int)(last / PageSize) + 1);
        }
    }

    public InputFacts FactsOf(long key) => _facts[key / PageSize]![key % PageSize];

    /// <summary>The highest of an input's <see cref="Scores"/>; −1 without any.</summary>
    public float BestScoreOf(long key)
    {
        var page = key / PageSize;
        return page < _best.Length && _best[page] is { } scores ? scores[key % PageSize] : NoScore;
    }

    public void AddInput(long key, in InputFacts facts, long? videoId)
    {
        var page = (int)(key / PageSize);
        if (page >= _facts.Length)
        {
            Array.Resize(ref _facts, Math.Max(page + 1, _facts.Length + _facts.Length / 2));
        }

        (_facts[page] ??= new InputFacts[PageSize])[key % PageSize] = facts;
        Visible.Add(key);
        if (facts.Failed)
        {
            Failed.Add(key);
        }

        if (videoId is not { } video)
        {
            return;
        }

        lock (Videos)
        {
            if (!Videos.TryGetValue(video, out var frames))
            {
                Videos.Add(video, frames = []);
            }

            frames.Add(key);
        }
    }

    public void AddTag(long key, TagKind kind, double? score)
    {
        Annotated.Add(key);
        if (!Tags.TryGetValue(kind, out var inputs))
        {
            Tags.Add(kind, inputs = new InputSet());
        }

        inputs.Add(key);
        if (score is not { } value || !kind.IsShown)
        {
            return;
        }

        if (!Scores.TryGetValue(kind.ConceptId, out var scores))
        {
            Scores.Add(kind.ConceptId, scores = new ScoreSet());
        }

        scores.Raise(key, (float)value);
        if (BestScoreOf(key) < value)
        {
            SetBest(key, (float)value);
        }
    }

    /// <summary>
    /// Adds all tags of one concept and one status. Safe to use from several threads; <see cref="SumUp"/> must follow.
    /// </summary>
    /// <param name="tags">Inputs by kind, which become the index's own.</param>
    /// <param name="scores">Of the tags that are shown, by ascending key.</param>
    public void AddTags(long conceptId, Dictionary<TagKind, InputSet> tags, List<(long Key, float Score)> scores)
    {
        ScoreSet? ofConcept = null;
        lock (Tags)
        {
            foreach (var (kind, inputs) in tags)
            {
                Tags.Add(kind, inputs);
            }

            if (scores.Count == 0)
            {
                return;
            }

            if (!Scores.TryGetValue(conceptId, out ofConcept))
            {
                Scores.Add(conceptId, ofConcept = new ScoreSet());
            }
        }
        lock (ofConcept)
        {
            foreach (var (key, score) in scores)
            {
                ofConcept.Raise(key, score);
            }
        }
    }

    /// <summary>Adds all labels of one kind. Safe for several threads; <see cref="SumUp"/> must follow.</summary>
    public void AddLabels(LabelKind kind, InputSet inputs)
    {
        if (inputs.IsEmpty)
        {
            return;
        }

        lock (Labels)
        {
            Labels.Add(kind, inputs);
        }
    }

    /// <summary>Works out what follows from all tags and labels together.</summary>
    public void SumUp()
    {
        foreach (var inputs in Tags.Values)
        {
            Annotated.UnionWith(inputs);
        }

        foreach (var inputs in Labels.Values)
        {
            Labelled.UnionWith(inputs);
        }

        foreach (var (key, score) in Scores.Values.SelectMany(s => s.All()))
        {
            if (BestScoreOf(key) < score)
            {
                SetBest(key, score);
            }
        }
    }

    public void AddLabel(long key, LabelKind kind)
    {
        Labelled.Add(key);
        if (!Labels.TryGetValue(kind, out var inputs))
        {
            Labels.Add(kind, inputs = new InputSet());
        }

        inputs.Add(key);
    }

    /// <summary>Takes out all that is known of an input, before it is read again.</summary>
    public void Forget(long key)
    {
        Visible.Remove(key);
        Failed.Remove(key);
        Annotated.Remove(key);
        Labelled.Remove(key);
        Embedded.Remove(key);
        foreach (var inputs in Labels.Values)
        {
            inputs.Remove(key);
        }

        foreach (var inputs in Tags.Values)
        {
            inputs.Remove(key);
        }

        foreach (var scores in Scores.Values)
        {
            scores.Remove(key);
        }

        if (BestScoreOf(key) >= 0)
        {
            SetBest(key, NoScore);
        }
    }

    private void SetBest(long key, float score)
    {
        var page = (int)(key / PageSize);
        if (page >= _best.Length)
        {
            Array.Resize(ref _best, Math.Max(page + 1, _best.Length + _best.Length / 2));
        }

        if (_best[page] is null)
        {
            _best[page] = new float[PageSize];
            Array.Fill(_best[page]!, NoScore);
        }
        _best[page]![key % PageSize] = score;
    }
}
