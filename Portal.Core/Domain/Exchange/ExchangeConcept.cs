namespace Portal.Core.Domain.Exchange;

/// <summary>A concept of the app an export is of.</summary>
public sealed record ExchangeConcept(string Id, string Name, string? Color = null, string? Hotkey = null);
