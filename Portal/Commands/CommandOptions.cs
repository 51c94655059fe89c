using Portal.Core.Domain.Errors;

namespace Portal.Commands;

/// <summary>
/// What stands behind a command's name: one path, <c>--name value</c> or <c>--name=value</c>, and switches.
/// </summary>
internal sealed class CommandOptions
{
    private static readonly HashSet<string> Switches = ["no-pictures", "accept-losses"];
    private static readonly HashSet<string> Known = ["app", "format", "dataset", "out", "report", .. Switches];
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string? Path { get; private set; }

    /// <summary>Arguments that are settings of the portal, as in <c>--Storage:Root=DIR</c>.</summary>
    public List<string> Settings { get; } = [];

    /// <param name="args">The command's name first.</param>
    /// <exception cref="PortalException">An option is unknown or lacks its value.</exception>
    public static CommandOptions Parse(string[] args)
    {
        var options = new CommandOptions();
        for (var i = 1; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                options.Path ??= args[i];
                continue;
            }
            var (name, value) = args[i][2..].Split('=', 2) is [var n, var v] ? (n, v) : (args[i][2..], null);
            if (name.Contains(':', StringComparison.Ordinal))
            {
                options.Settings.Add(args[i]);
                if (value is null && i + 1 < args.Length)
                {
                    options.Settings.Add(args[++i]);
                }

                continue;
            }
            if (!Known.Contains(name))
            {
                throw new PortalException(
                    StatusCode.InvalidRequest,
                    $"There is no option --{Text.Shown(name)}. Options are "
                        + $"{string.Join(", ", Known.Select(k => "--" + k))}."
                );
            }

            if (Switches.Contains(name))
            {
                value = "";
            }
            else if (value is null)
            {
                value =
                    ++i < args.Length
                        ? args[i]
                        : throw new PortalException(StatusCode.InvalidRequest, $"--{name} needs a value.");
            }

            options._values[name] = value;
        }
        return options;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public string? Value(string name) => _values.GetValueOrDefault(name);

    public string Need(string name) =>
        Value(name) ?? throw new PortalException(StatusCode.InvalidRequest, $"--{name} is missing.");
}
