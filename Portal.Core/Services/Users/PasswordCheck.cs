using Portal.Core.Domain.Users;

namespace Portal.Core.Services.Users;

/// <summary>What a user id and a password came to.</summary>
/// <param name="User">Who signs in; null when they were refused, for whatever reason.</param>
/// <param name="NeedsCode">Whether a code of the authenticator app must follow.</param>
public readonly record struct PasswordCheck(PortalUser? User, bool NeedsCode = false);
