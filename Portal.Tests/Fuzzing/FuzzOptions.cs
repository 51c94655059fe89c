using System.Globalization;

namespace Portal.Tests.Fuzzing;

/// <summary>
/// How long to fuzz and from which seed: the environment variables <c>PORTAL_FUZZ_CASES</c> and
/// <c>PORTAL_FUZZ_SEED</c>.
/// </summary>
internal static class FuzzOptions
{
    private const int UsualCases = 2000;
    private static readonly TimeSpan UsualTime = TimeSpan.FromSeconds(60);

    public static int FirstSeed { get; } = Read("PORTAL_FUZZ_SEED") ?? 1;

    /// <param name="share">The part of all cases that a test takes.</param>
    public static int Cases(double share) => Math.Max(1, (int)((Read("PORTAL_FUZZ_CASES") ?? UsualCases) * share));

    /// <summary>No case begins later than this; a number of cases that was asked for has no such limit.</summary>
    public static TimeSpan Time(double share) =>
        Read("PORTAL_FUZZ_CASES") is null ? UsualTime * share : TimeSpan.FromHours(2);

    private static int? Read(string name) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(name),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var value
        )
            ? value
            : null;
}
