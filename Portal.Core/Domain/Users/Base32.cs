namespace Portal.Core.Domain.Users;

/// <summary>RFC 4648 base 32, in which authenticator keys are written.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <exception cref="FormatException">A character is none of the alphabet's.</exception>
    public static byte[] Decode(string text)
    {
        var bytes = new byte[text.Length * 5 / 8];
        var (bits, buffer, length) = (0, 0, 0);
        foreach (var letter in text)
        {
            var value = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (value < 0)
            {
                throw new FormatException($"'{letter}' is no base 32 digit.");
            }

            (buffer, bits) = ((buffer << 5) | value, bits + 5);
            if (bits < 8)
            {
                continue;
            }

            bits -= 8;
            bytes[length++] = (byte)(buffer >> bits);
            buffer &= (1 << bits) - 1;
        }
        return bytes;
    }
}
