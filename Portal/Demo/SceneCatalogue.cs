namespace Portal.Demo;

/// <summary>
/// The scenes of the demo, always the same. The drawings of a person without a gender are labelled, those of women and
/// men are held back, with all skin tones of each. Mountain bikers and weight lifters are held back altogether: what
/// the classifier has never seen is what it should ask a person about.
/// </summary>
internal static class SceneCatalogue
{
    private const int Seed = 1;
    private static readonly string[] Land = [Figure.Walker, Figure.Runner, Figure.Cyclist];
    private static readonly string[] Water = [Figure.Swimmer, Figure.Rower];
    private static readonly string[] Others = [Figure.Golfer, Figure.Cartwheeler, Figure.Juggler];
    private static readonly string[] Unseen = [Figure.MountainBiker, Figure.WeightLifter];
    private static readonly Light[] Lights =
    [
        Light.Day,
        Light.Morning,
        Light.Autumn,
        Light.Day,
        Light.Evening,
        Light.Winter,
        Light.Day,
        Light.Rain,
        Light.Mist,
    ];
    private static readonly Light[] MildLights = [Light.Day, Light.Morning, Light.Evening, Light.Day, Light.Overcast];

    public static IReadOnlyList<string> Concepts { get; } =
    [.. Land.Concat(Water).Select(code => new Figure(code).Concept!)];

    /// <summary>Every scene, in a mixed order.</summary>
    public static IReadOnlyList<Scene> All()
    {
        var random = new Random(Seed);
        (string?[] Genders, bool IsLabelled)[] sides = [([null], true), ([Figure.Woman, Figure.Man], false)];
        var scenes = new List<Scene>();
        foreach (var (genders, isLabelled) in sides)
        {
            foreach (var code in (string[])[.. Land, .. Water])
            {
                Add(9, code);
            }

            foreach (var code in Others)
            {
                Add(isLabelled ? 4 : 2, code);
            }

            Add(4, Figure.Walker, Figure.Runner);
            Add(3, Figure.Cyclist, Figure.Runner);
            Add(3, Figure.Walker, Figure.Cyclist);
            Add(2, Figure.Walker, Figure.Walker);
            Add(2, Figure.Runner, Figure.Runner, Figure.Runner);
            Add(2, Figure.Swimmer, Figure.Swimmer);
            Add(2, Figure.Rower, Figure.Walker);
            if (!isLabelled)
            {
                foreach (var code in Unseen)
                {
                    Add(6, code);
                }
            }

            void Add(int count, params string[] codes)
            {
                for (var i = 0; i < count; i++)
                {
                    var people = codes
                        .Select(
                            (code, n) =>
                                new Placement(
                                    new Figure(code, genders[(i + n) % genders.Length]),
                                    random.Next(Figure.ToneCount)
                                )
                        )
                        .ToList();
                    var lights = people.Any(p => p.Figure.IsInWater) ? MildLights : Lights;
                    scenes.Add(
                        new Scene(scenes.Count + 1, people, lights[(scenes.Count + i) % lights.Length], isLabelled)
                    );
                }
            }
        }
        var mixed = scenes.ToArray();
        random.Shuffle(mixed);
        return mixed;
    }
}
