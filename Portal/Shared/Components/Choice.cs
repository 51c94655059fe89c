namespace Portal.Shared.Components;

/// <summary>One option of a <see cref="Segmented{T}"/>.</summary>
public sealed record Choice<T>(T Value, string Text, string? Icon = null);
