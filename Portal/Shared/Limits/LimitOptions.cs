namespace Portal.Shared.Limits;

/// <summary>
/// How much one client may ask of the portal. Configuration section <c>Limits</c>; <c>docs/configure.md</c> explains
/// each.
/// </summary>
public sealed class LimitOptions
{
    public const string Section = "Limits";

    /// <summary>Requests to the REST API, uploads aside, that a user may send in a minute, in the long run.</summary>
    public int ApiRequestsPerMinute { get; set; } = 6000;

    /// <summary>Requests that may come at once after a quiet time.</summary>
    public int ApiBurst { get; set; } = 1000;

    /// <summary>Uploads that one user may have under way at once.</summary>
    public int UploadsAtOnce { get; set; } = 16;

    /// <summary>Tries to sign in as one user from one address in a minute.</summary>
    public int SignInTriesPerMinute { get; set; } = 10;

    /// <summary>Tries to sign in as anybody from one address in a minute.</summary>
    public int SignInTriesPerAddressPerMinute { get; set; } = 60;

    /// <summary>Connections that may be open at once. Each open page holds one or more.</summary>
    public int Connections { get; set; } = 2000;

    /// <summary>Seconds a client has to send a request's headers.</summary>
    public int HeaderSeconds { get; set; } = 15;

    /// <summary>Bytes a second, below which a client that sends a body is cut off after a few seconds.</summary>
    public int MinBytesPerSecond { get; set; } = 240;

    public IEnumerable<string> Errors() =>
        from limit in new (string Name, int Value)[]
        {
            (nameof(ApiRequestsPerMinute), ApiRequestsPerMinute),
            (nameof(ApiBurst), ApiBurst),
            (nameof(UploadsAtOnce), UploadsAtOnce),
            (nameof(SignInTriesPerMinute), SignInTriesPerMinute),
            (nameof(SignInTriesPerAddressPerMinute), SignInTriesPerAddressPerMinute),
            (nameof(Connections), Connections),
            (nameof(HeaderSeconds), HeaderSeconds),
            (nameof(MinBytesPerSecond), MinBytesPerSecond),
        }
        where limit.Value < 1
        select $"{Section}:{limit.Name} is {limit.Value}; it must be 1 or more.";
}
