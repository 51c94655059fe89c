namespace Portal.Features.SignIn;

/// <summary>Whom the portal belongs to. Configuration section <c>Owner</c>.</summary>
public sealed record OwnerOptions
{
    public const string Section = "Owner";

    /// <summary>The owner's user id; the user is made at the first start.</summary>
    public string UserId { get; init; } = "owner";

    /// <summary>An API key to accept from the first start on, for unattended installs. None by default.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Characters under which a key can be guessed; a shorter one is taken, with a warning.</summary>
    public const int SafeKeyLength = 16;
}
