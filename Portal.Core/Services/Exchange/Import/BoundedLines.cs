using System.Runtime.CompilerServices;
using System.Text;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>Reads a text file line by line, none longer than <see cref="ImportLimits.MaxLineLength"/>.</summary>
internal static class BoundedLines
{
    /// <returns>Line numbers from 1, and the lines without their ends; empty ones are left out.</returns>
    public static async IAsyncEnumerable<(int Number, string Line)> ReadAsync(
        Stream stream,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var buffer = new char[32 * 1024];
        var line = new StringBuilder();
        var number = 1;
        int read;
        while ((read = await reader.ReadAsync(buffer, ct)) > 0)
        {
            for (var from = 0; from < read; )
            {
                var end = Array.IndexOf(buffer, '\n', from, read - from);
                line.Append(buffer, from, (end < 0 ? read : end) - from);
                if (line.Length > ImportLimits.MaxLineLength)
                {
                    throw new PortalException(
                        StatusCode.InputOverLimit,
                        $"Line {number} has more than {ImportLimits.MaxLineLength:N0} characters."
                    );
                }

                from = end < 0 ? read : end + 1;
                if (end < 0)
                {
                    continue;
                }

                if (Taken(line) is { Length: > 0 } text)
                {
                    yield return (number, text);
                }

                number++;
            }
        }
        if (Taken(line) is { Length: > 0 } last)
        {
            yield return (number, last);
        }
    }

    private static string Taken(StringBuilder line)
    {
        var text = line.ToString().Trim();
        line.Clear();
        return text;
    }
}
