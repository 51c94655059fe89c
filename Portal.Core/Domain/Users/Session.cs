namespace Portal.Core.Domain.Users;

/// <summary>How a session began.</summary>
public enum SignInMethod
{
    Link = 0,
    Password = 1,
    PasswordAndCode = 2,
}

/// <summary>One sign-in of a person in one browser, until it is ended or runs out.</summary>
public sealed class Session
{
    /// <summary>It runs out when it is not used for this long.</summary>
    public static readonly TimeSpan IdleLifetime = TimeSpan.FromDays(30);

    /// <summary>It runs out this long after its start, however much it is used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <summary>
    /// A session that began further ahead than a clock strays began before the clock was set back, and would live that
    /// much too long.
    /// </summary>
    private static readonly TimeSpan ClockError = TimeSpan.FromDays(1);

    /// <summary>For this long, having signed in with a link stands for knowing the password.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromHours(1);

    public long Id { get; set; }
    public long UserId { get; set; }
    public SignInMethod Method { get; set; }
    public DateTime StartedAt { get; set; }
    public DateTime LastSeenAt { get; set; }
    public DateTime? EndedAt { get; set; }

    /// <summary>The network address it began from.</summary>
    public required string Address { get; set; }

    /// <summary>The browser in words, as far as it says what it is.</summary>
    public required string Browser { get; set; }

    public bool IsLive(DateTime now) =>
        EndedAt is null
        && now > StartedAt - ClockError
        && now < StartedAt + Lifetime
        && now < LastSeenAt + IdleLifetime;

    public bool IsFreshFromLink(DateTime now) =>
        Method == SignInMethod.Link && now > StartedAt - Freshness && now < StartedAt + Freshness;
}
