namespace Portal.Shared.Identity;

/// <summary>Whom the portal belongs to. Configuration section <c>Owner</c>.</summary>
public sealed record OwnerOptions
{
    public const string Section = "Owner";

    /// <summary>The owner's user id; the user is made at the first start.</summary>
    public string UserId { get; init; } = "owner";

    /// <summary>
    /// Whether a sign-in link is printed at this start although the owner has a password: the way back in for who lost
    /// it.
    /// </summary>
    public bool SignInLink { get; init; }

    /// <summary>An API key to accept from the first start on, for unattended installs. None by default.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Characters under which a key can be guessed; a shorter one is taken, with a warning.</summary>
    public const int SafeKeyLength = 16;
}
