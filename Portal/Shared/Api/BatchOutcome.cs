namespace Portal.Shared.Api;

/// <summary>The items of an answer, in the order of the request, and what they come to together.</summary>
internal sealed record BatchOutcome<T>(IReadOnlyList<T> Items, ApiStatus Status);
