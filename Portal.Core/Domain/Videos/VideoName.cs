namespace Portal.Core.Domain.Videos;

/// <summary>What a video is called.</summary>
/// <param name="Id">Internal key.</param>
/// <param name="Name">For people to read.</param>
public sealed record VideoName(long Id, string ExternalId, string Name);
