namespace Portal.Core.Domain.Errors;

/// <summary>Bounds on text from outside, with refusals that name the field.</summary>
public static class Text
{
    public const int MaxName = 200;

    /// <summary>A trimmed name of 1 to 200 characters; <paramref name="fallback"/> where none was given.</summary>
    public static string Name(string? given, string noun, string fallback)
    {
        if (given is null)
        {
            return fallback;
        }

        var name = given.Trim();
        if (name.Length == 0)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"The {noun} name is empty. Give it a name of 1 to {MaxName} characters."
            );
        }

        return Bounded(name, MaxName, $"{noun} name");
    }

    public static string Bounded(string? given, int maxLength, string field)
    {
        if (given is null)
        {
            return "";
        }

        if (given.Length > maxLength)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"The {field} has {given.Length} characters; at most {maxLength} are allowed."
            );
        }

        if (given.Contains('\0'))
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"The {field} contains a NUL character, which cannot be stored."
            );
        }

        return given;
    }

    /// <summary>Text from outside as it may stand in a message: at most 60 characters.</summary>
    public static string Shown(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "…");
}
