namespace Portal.Core.Services.Inputs;

/// <summary>
/// How much the apps of one user may hold together. Configuration section <c>Quota</c>; off unless set.
/// </summary>
public sealed class QuotaOptions
{
    public const string Section = "Quota";

    /// <summary>Inputs, deleted ones that can be brought back among them. Null for no limit.</summary>
    public long? MaxInputs { get; set; }

    /// <summary>Bytes of their files. Null for no limit.</summary>
    public long? MaxBytes { get; set; }

    public IEnumerable<string> Errors()
    {
        if (MaxInputs < 1)
        {
            yield return $"{Section}:{nameof(MaxInputs)} is {MaxInputs}; it must be 1 or more. Leave it out for "
                + $"no limit.";
        }

        if (MaxBytes < 1)
        {
            yield return $"{Section}:{nameof(MaxBytes)} is {MaxBytes}; it must be 1 or more. Leave it out for "
                + $"no limit.";
        }
    }
}
