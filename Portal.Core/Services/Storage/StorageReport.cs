namespace Portal.Core.Services.Storage;

/// <summary>What a check of a data directory or of a backup found.</summary>
/// <param name="Inputs">Inputs, hidden ones included.</param>
/// <param name="Blobs">Different pictures they name.</param>
/// <param name="Bytes">Bytes of the pictures that were read.</param>
/// <param name="Faults">What is wrong, in sentences; empty when all is well.</param>
public sealed record StorageReport(int Inputs, int Blobs, long Bytes, IReadOnlyList<string> Faults);
