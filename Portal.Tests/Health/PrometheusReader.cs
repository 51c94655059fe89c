using System.Globalization;
using System.Text.RegularExpressions;

namespace Portal.Tests.Health;

/// <summary>
/// Reads Prometheus' text format 0.0.4, as its specification has it, and refuses what that does not allow.
/// </summary>
internal sealed partial class PrometheusReader
{
    public Dictionary<string, string> Types { get; } = [];

    /// <summary>By name and labels, as in <c>jobs_total{kind="train"}</c>.</summary>
    public Dictionary<string, double> Samples { get; } = [];

    public static PrometheusReader Read(string text)
    {
        var read = new PrometheusReader();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line == "# EOF")
            {
                continue;
            }

            if (Comment().Match(line) is { Success: true } comment)
            {
                if (comment.Groups[1].Value == "TYPE")
                {
                    read.Types.Add(comment.Groups[2].Value, comment.Groups[3].Value);
                }

                continue;
            }
            var sample = Sample().Match(line);
            Assert.True(sample.Success, line);
            var name = sample.Groups["name"].Value;
            Assert.True(
                read.Types.ContainsKey(name) || read.Types.GetValueOrDefault(Suffix().Replace(name, "")) == "histogram",
                line
            );
            var labels = sample.Groups["labels"].Value;
            read.Samples.Add(
                name + (labels == "{}" ? "" : labels),
                double.Parse(sample.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture)
            );
        }
        Assert.All(read.Types.Values, type => Assert.Contains(type, (string[])["counter", "gauge", "histogram"]));
        return read;
    }

    /// <summary>Zero where nothing was measured yet.</summary>
    public double this[string sample] => Samples.GetValueOrDefault(sample);

    [GeneratedRegex(@"^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$")]
    private static partial Regex Comment();

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{\}|\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*")*\})? (?<value>[-+]?(\d+(\.\d+)?([eE][-+]?\d+)?|Inf)|NaN)$"""
    )]
    private static partial Regex Sample();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
