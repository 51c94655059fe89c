namespace Portal.Shared.Api;

/// <summary>What one request may ask for.</summary>
internal static class ApiLimits
{
    /// <summary>Bytes of a JSON request. Uploads are streamed and have a limit for each file instead.</summary>
    public const long MaxBodyBytes = 128L * 1024 * 1024;

    public const int MaxInputs = 128;
    public const int MaxResultInputs = 32;
    public const int MaxItems = 1000;
    public const int DefaultPageSize = 128;
    public const int MaxPageSize = 1000;

    /// <summary>Hits a search can be paged through when it ranks: they are all held while it runs.</summary>
    public const int MaxRanked = 10_000;
}
