using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.Domain.Users;

/// <summary>
/// Codes of authenticator apps: RFC 6238 with its defaults, HMAC-SHA-1, steps of 30 seconds, six digits.
/// </summary>
internal static class OneTimeCode
{
    /// <summary>Steps a clock may be off, either way.</summary>
    private const int Drift = 1;
    private const int Digits = 6;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    public static long StepAt(DateTimeOffset time) => (long)((time - DateTimeOffset.UnixEpoch) / Step);

    /// <summary>The code of one step: RFC 4226, section 5.3.</summary>
    public static string At(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        // RFC 6238 leaves the choice of the hash to both sides, and authenticator apps know SHA-1 alone; as an HMAC it
        // is not broken.
#pragma warning disable CA5350
        HMACSHA1.HashData(key, counter, hash);
#pragma warning restore CA5350
        var offset = hash[^1] & 0xf;
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[offset..]) & int.MaxValue;
        return (number % 1_000_000).ToString($"D{Digits}", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The step whose code was given, among those around now that come after the last accepted one; null when it is
    /// none of them.
    /// </summary>
    public static long? Find(byte[] key, string code, DateTimeOffset now, long? lastStep)
    {
        var given = Encoding.ASCII.GetBytes(code);
        var around = StepAt(now);
        // A step that is yet to come was accepted before the clock was set back.
        var last = lastStep <= around + Drift ? lastStep.Value : -1;
        for (var step = around - Drift; step <= around + Drift; step++)
        {
            if (step > last && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(At(key, step)), given))
            {
                return step;
            }
        }
        return null;
    }
}
