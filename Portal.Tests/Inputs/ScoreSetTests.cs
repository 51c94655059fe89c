using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;
using Portal.Core.Services.Explorer;

namespace Portal.Tests.Inputs;

public sealed class ScoreSetTests
{
    [Fact]
    public void It_holds_what_a_dictionary_of_the_highest_scores_holds()
    {
        var (random, scores, expected) = (new Random(4), new ScoreSet(), new Dictionary<long, float>());
        for (var i = 0; i < 20_000; i++)
        {
            var (key, score) = (random.NextInt64(6000), random.NextSingle());
            if (i % 5 == 0)
            {
                scores.Remove(key);
                expected.Remove(key);
            }
            else
            {
                scores.Raise(key, score);
                expected[key] = Math.Max(expected.GetValueOrDefault(key), score);
            }
        }

        Assert.Equal(expected.OrderBy(e => e.Key).Select(e => (e.Key, e.Value)), scores.All());
        for (var key = 0L; key < 7000; key++)
        {
            Assert.Equal(expected.GetValueOrDefault(key, -1), scores.Of(key));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Inputs_go_by_score_of_equal_ones_the_newest_first_and_those_without_last(bool highestFirst)
    {
        var (random, index) = (new Random(5), new AppIndex());
        var kind = new TagKind(1, true, StatusCode.AnnotationSuccess, AnnotationOrigin.Workflow, null, 1, null, false);
        var scored = new Dictionary<long, float>();
        for (var key = 1L; key <= 3000; key++)
        {
            index.AddInput(key, InputFacts.Of(DateTime.UnixEpoch, StatusCode.InputSuccess, "a", "b", "{}"), null);
            // Few values, so that many are equal, and both ends among them.
            if (key % 3 != 0)
            {
                index.AddTag(key, kind, scored[key] = random.Next(9) / 8f);
            }
        }
        var all = index.Visible.Ascending().Reverse().ToList();
        var known = all.Where(scored.ContainsKey);
        var expected = (
            highestFirst ? known.OrderByDescending(key => scored[key]) : known.OrderBy(key => scored[key])
        ).Concat(all.Where(key => !scored.ContainsKey(key)));

        var names = new Dictionary<long, string> { [1] = "runner" };

        foreach (var filter in (InputFilter[])[new InputFilter(), new InputFilter { ConceptIds = [1] }])
        {
            Assert.Equal(expected, new FilterEvaluation(index, filter, names).Ranked(index.Visible, highestFirst));
        }
    }
}
