namespace Portal.Core.Domain.Users;

/// <summary>
/// How long an account takes no password after wrong ones in a row: a minute after the fifth, twice as long after each
/// further one, at most an hour.
/// </summary>
public static class Lockout
{
    public const int FreeTries = 5;
    private const int MaxDoublings = 6;
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);

    /// <param name="failures">Wrong passwords or codes since the last sign-in.</param>
    public static TimeSpan After(int failures)
    {
        if (failures < FreeTries)
        {
            return TimeSpan.Zero;
        }

        var time = First * (1 << Math.Min(failures - FreeTries, MaxDoublings));
        return time < Longest ? time : Longest;
    }
}
