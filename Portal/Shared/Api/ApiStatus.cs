using System.Text;
using Portal.Core.Domain.Errors;

namespace Portal.Shared.Api;

/// <summary>How a request, or one item of it, went.</summary>
internal sealed record ApiStatus
{
    public StatusCode? Code { get; init; }

    /// <summary>What the code means, the same for every request.</summary>
    public string? Description { get; init; }

    /// <summary>What went wrong here, on what, and what to do about it.</summary>
    public string? Details { get; init; }

    public string? ReqId { get; init; }

    public static ApiStatus Ok { get; } = Of(StatusCode.Ok);

    public static ApiStatus Of(StatusCode code, string? details = null) =>
        new()
        {
            Code = code,
            Description = Describe(code),
            Details = details,
        };

    public static ApiStatus Of(PortalException e) => Of(e.Code, Named(e));

    // A client that matches on the id finds it here, whatever the sentence says.
    private static string Named(PortalException e) =>
        e.Subject is { } subject && !e.Message.Contains(subject, StringComparison.Ordinal)
            ? $"{e.Message} ({Text.Shown(subject)})"
            : e.Message;

    /// <summary>The code's name as words: <c>InputDoesNotExist</c> is "Input does not exist".</summary>
    private static string Describe(StatusCode code)
    {
        var words = new StringBuilder();
        foreach (var letter in code.ToString())
        {
            if (char.IsUpper(letter) && words.Length > 0)
            {
                words.Append(' ').Append(char.ToLowerInvariant(letter));
            }
            else
            {
                words.Append(letter);
            }
        }
        return words.ToString();
    }
}
