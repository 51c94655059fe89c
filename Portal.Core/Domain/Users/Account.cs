namespace Portal.Core.Domain.Users;

/// <summary>How a person signs in, as far as they may see it.</summary>
/// <param name="RecoveryCodesLeft">Recovery codes that were not used yet; 0 without an authenticator app.</param>
public sealed record Account(string UserId, bool HasPassword, bool HasAuthenticator, int RecoveryCodesLeft);

/// <summary>What an authenticator app is given to make codes.</summary>
/// <param name="Secret">Base 32, to be typed in by hand.</param>
/// <param name="Address">The same as an <c>otpauth:</c> address, for a QR code.</param>
public sealed record AuthenticatorKey(string Secret, string Address);
