using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Ids;

/// <summary>Makes the ids the outside world sees, and says which ids of a user's own choosing are good.</summary>
public partial class IdGenerator
{
    /// <summary>32 lower-case hexadecimal digits from 128 random bits.</summary>
    public virtual string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>The id a user chose, checked, or a new one where none was given.</summary>
    /// <param name="chosen">1 to 128 of the characters A–Z a–z 0–9 _ . - (case-sensitive), or null or empty for a new
    /// id.</param>
    /// <param name="noun">What the id is for, named in the refusal.</param>
    /// <exception cref="PortalException">The id is not of that form.</exception>
    public string ChosenOrNew(string? chosen, string noun)
    {
        if (string.IsNullOrEmpty(chosen))
        {
            return NewId();
        }

        if (chosen.Length <= 128 && ChosenId().IsMatch(chosen))
        {
            return chosen;
        }

        var shown = chosen.Length <= 40 ? chosen : string.Concat(chosen.AsSpan(0, 40), "…");
        throw new PortalException(
            StatusCode.InvalidRequest,
            $"The {noun} id '{shown}' cannot be used: an id is 1 to 128 letters, digits, '_', '.' or '-'.",
            shown
        );
    }

    /// <summary>
    /// An id that reads like a name: "Bike rider" becomes bike_rider. Null where nothing usable is in the name.
    /// </summary>
    public static string? FromName(string? name)
    {
        var id = NotForIds().Replace(name?.Trim() ?? "", "_").Trim('_').ToLowerInvariant();
        return id.Length is 0 or > 128 ? null : id;
    }

    [GeneratedRegex(@"[^A-Za-z0-9_.\-]+")]
    private static partial Regex NotForIds();

    [GeneratedRegex(@"^[A-Za-z0-9_.\-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ChosenId();
}
