using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Portal.Features.SignIn;

/// <summary>
/// What stands between the right password and the code: a sealed note of whose password it was, good for a few minutes.
/// </summary>
internal sealed class SignInTicket(IDataProtectionProvider protection, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private readonly IDataProtector _seal = protection.CreateProtector("sign-in: the password was right");

    public string For(long userKey) =>
        _seal.Protect(
            string.Create(CultureInfo.InvariantCulture, $"{userKey} {clock.GetUtcNow().ToUnixTimeSeconds()}")
        );

    /// <summary>Whose ticket it is; null when it is none of this portal's, or too old.</summary>
    public long? Open(string ticket)
    {
        try
        {
            var parts = _seal.Unprotect(ticket).Split(' ');
            var made = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[1], CultureInfo.InvariantCulture));
            return clock.GetUtcNow() - made < Lifetime ? long.Parse(parts[0], CultureInfo.InvariantCulture) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
