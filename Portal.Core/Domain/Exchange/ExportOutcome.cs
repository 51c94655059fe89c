namespace Portal.Core.Domain.Exchange;

/// <summary>How an export went.</summary>
/// <param name="MissingPictures">Pictures that are gone from the data directory.</param>
/// <param name="LeftOut">What the format cannot hold, in sentences.</param>
public sealed record ExportOutcome(int Inputs, int Pictures, int MissingPictures, IReadOnlyList<string> LeftOut);
