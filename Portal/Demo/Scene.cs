namespace Portal.Demo;

/// <summary>What the weather and the hour make of a scene.</summary>
internal enum Light
{
    Day,
    Morning,
    Evening,
    Overcast,
    Rain,
    Autumn,
    Winter,
    Mist,
}

/// <summary>One person of a scene.</summary>
internal sealed record Placement(Figure Figure, int Tone);

/// <summary>A picture of the demo as it is planned.</summary>
/// <param name="Number">Its number, of which everything that is left to chance follows.</param>
/// <param name="People">Who is in it.</param>
/// <param name="IsLabelled">Whether a person labels it in the demo.</param>
internal sealed record Scene(int Number, IReadOnlyList<Placement> People, Light Light, bool IsLabelled)
{
    public bool HasLake => People.Any(p => p.Figure.IsInWater);

    /// <summary>The concepts it shows; none where it shows none of the demo's.</summary>
    public IReadOnlyList<string> Concepts =>
        [.. People.Select(p => p.Figure.Concept).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>What people see of it.</summary>
    public string FileName => $"{(Concepts.Count == 0 ? "other" : string.Join("-and-", Concepts))}-{Number:000}.jpg";
}
