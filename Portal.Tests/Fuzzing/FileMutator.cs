namespace Portal.Tests.Fuzzing;

/// <summary>Breaks files. Equal seeds give equal bytes.</summary>
internal sealed class FileMutator(Random random)
{
    private const int MostHeader = 64;

    /// <param name="other">A file to take a header or an end from.</param>
    public byte[] Mutate(byte[] file, byte[] other) =>
        random.Next(6) switch
        {
            0 => file[..random.Next(file.Length + 1)],
            1 => SwapHeader(file, other),
            2 => [.. file, .. other],
            3 => Overwrite(file, [0xFF, 0xFF, 0xFF, 0xFF]),
            4 => Overwrite(file, new byte[random.Next(1, 256)]),
            _ => FlipBits(file),
        };

    public byte[] FlipBits(byte[] file)
    {
        byte[] flipped = [.. file];
        if (flipped.Length == 0)
        {
            return flipped;
        }
        // Near the start, where headers stand, half of the time.
        for (var left = random.Next(1, 24); left > 0; left--)
        {
            flipped[random.Next(random.Next(2) == 0 ? Math.Min(flipped.Length, MostHeader) : flipped.Length)] ^= (byte)(
                1 << random.Next(8)
            );
        }

        return flipped;
    }

    private byte[] SwapHeader(byte[] file, byte[] other)
    {
        var length = random.Next(1, MostHeader);
        return [.. other.Take(length), .. file.Skip(length)];
    }

    private byte[] Overwrite(byte[] file, byte[] with)
    {
        byte[] changed = [.. file];
        var at = random.Next(file.Length + 1);
        with.AsSpan(0, Math.Min(with.Length, file.Length - at)).CopyTo(changed.AsSpan(at));
        return changed;
    }
}
