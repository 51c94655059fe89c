using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Portal.Features.Health;

/// <summary>How .NET's instruments are called in the text format, by the rules of OpenTelemetry's compatibility specification.</summary>
internal static class MetricNames
{
    public static bool IsHistogram(Instrument instrument) => Is(instrument, typeof(Histogram<>));

    public static bool IsGauge(Instrument instrument) => Is(instrument, typeof(Gauge<>));

    public static string Type(Instrument instrument) => IsHistogram(instrument) ? "histogram" : Is(instrument, typeof(Counter<>)) ? "counter" : "gauge";

    /// <summary><c>portal.inputs.accepted</c>, a counter, is <c>portal_inputs_accepted_total</c>; a unit of seconds is said.</summary>
    public static string Of(Instrument instrument)
    {
        var name = Clean(instrument.Name);
        if (instrument.Unit == "s" && !name.EndsWith("_seconds", StringComparison.Ordinal)) name += "_seconds";
        return Is(instrument, typeof(Counter<>)) ? name + "_total" : name;
    }

    /// <summary><c>{a="1",b="2"}</c> in the order of names; empty without tags.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags) sorted[Clean(name)] = Escaped(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        return string.Join(',', sorted.Select(label => $"{label.Key}=\"{label.Value}\""));
    }

    private static bool Is(Instrument instrument, Type type) => instrument.GetType() is { IsGenericType: true } own && own.GetGenericTypeDefinition() == type;

    private static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (var c in name) clean.Append(char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_');
        return clean.ToString();
    }

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
