namespace Portal.Core.Services.Exchange;

/// <summary>Bounds on files that come in for imports. Configuration section <c>Exchange</c>.</summary>
public sealed record ExchangeOptions
{
    public const string Section = "Exchange";

    /// <summary>Largest file that may be sent for an import, in bytes.</summary>
    public long MaxImportBytes { get; init; } = 16L << 30;

    public IEnumerable<string> Errors()
    {
        if (MaxImportBytes < 1)
        {
            yield return $"{Section}:{nameof(MaxImportBytes)} is {MaxImportBytes}; it must be positive.";
        }
    }
}
