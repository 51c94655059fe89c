using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.Domain.Users;

/// <summary>What is shown once and stored as a hash: keys and the tokens of links.</summary>
internal static class Secrets
{
    /// <summary>
    /// SHA-256, lower-case hexadecimal. The secrets have 128 random bits or more, so a slow hash would add nothing.
    /// </summary>
    public static string Hash(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
