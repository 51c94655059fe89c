namespace Portal.Core.Domain.Videos;

/// <summary>What a film is called.</summary>
/// <param name="Id">Internal key.</param>
/// <param name="Name">For people to read.</param>
public sealed record FilmName(long Id, string ExternalId, string Name);
