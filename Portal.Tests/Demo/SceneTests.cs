using Portal.Demo;
using SixLabors.ImageSharp;

namespace Portal.Tests.Demo;

/// <summary>The demo's scenes: an honest split, and pictures of a fair size that are always the same.</summary>
public sealed class SceneTests
{
    [Fact]
    public void No_figure_is_on_both_sides_of_the_split()
    {
        var sides = SceneCatalogue.All().ToLookup(s => s.IsLabelled, s => s.People.Select(p => p.Figure));

        var labelled = sides[true].SelectMany(figures => figures).ToHashSet();
        var heldBack = sides[false].SelectMany(figures => figures).ToHashSet();

        Assert.Empty(labelled.Intersect(heldBack));
        Assert.DoesNotContain(labelled, f => f.Code is Figure.MountainBiker or Figure.WeightLifter);
        Assert.Contains(heldBack, f => f.Code == Figure.MountainBiker);
        Assert.Contains(heldBack, f => f.Code == Figure.WeightLifter);
    }

    [Fact]
    public void Each_concept_has_at_least_six_pictures_on_each_side()
    {
        var scenes = SceneCatalogue.All();

        Assert.Equal(5, SceneCatalogue.Concepts.Count);
        Assert.Equal(scenes.Count, scenes.Select(s => s.FileName).Distinct().Count());
        Assert.All(
            SceneCatalogue.Concepts,
            concept =>
                Assert.All(
                    (bool[])[true, false],
                    side => Assert.True(scenes.Count(s => s.IsLabelled == side && s.Concepts.Contains(concept)) >= 6)
                )
        );
    }

    [Fact]
    public void Every_scene_is_painted_at_640_by_480_or_more()
    {
        using var painter = new ScenePainter();
        SceneCatalogue
            .All()
            .AsParallel()
            .ForAll(scene =>
            {
                var size = Image.Identify(painter.Paint(scene));
                Assert.True(
                    size.Width >= 640 && size.Height >= 480,
                    $"{scene.FileName} has {size.Width} × {size.Height} pixels."
                );
            });
    }

    [Fact]
    public void A_scene_is_painted_the_same_again()
    {
        using var one = new ScenePainter();
        using var other = new ScenePainter();
        foreach (var scene in SceneCatalogue.All().Take(5))
        {
            Assert.Equal(one.Paint(scene), other.Paint(scene));
        }
    }
}
