namespace Portal.Core.Platform;

/// <summary>
/// Whether somebody looks on while something is computed. The value is a thread's niceness on Linux: 5 leaves about a
/// third of the share of a thread without it, 10 a tenth.
/// </summary>
internal enum Waiting
{
    Somebody = 5,
    Nobody = 10,
}
