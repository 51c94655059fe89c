using System.Globalization;
using System.Text;

namespace Portal.Features.Apps;

/// <summary>Ids made from names.</summary>
public static class AppIds
{
    private const int MaxLength = 60;

    /// <summary>
    /// "Café in the Park" becomes <c>cafe-in-the-park</c>: lower-case letters, digits and hyphens, at most 60; empty
    /// where nothing is usable.
    /// </summary>
    public static string Suggest(string name)
    {
        var id = new StringBuilder();
        foreach (var c in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                id.Append(char.ToLowerInvariant(c));
            }
            else if (char.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && id.Length > 0 && id[^1] != '-')
            {
                id.Append('-');
            }

            if (id.Length == MaxLength)
            {
                break;
            }
        }
        return id.ToString().Trim('-');
    }
}
