namespace Portal.Core.Domain.Workflows.Parameters;

/// <summary>One value of a <see cref="ChoiceParameter"/>.</summary>
/// <param name="Value">The integer that is stored.</param>
/// <param name="Name">Its name in the API.</param>
/// <param name="Words">What it means, as an entry of a list.</param>
/// <param name="Alias">A second name that clients use, or null.</param>
public sealed record ParameterChoice(int Value, string Name, string Words, string? Alias = null);
