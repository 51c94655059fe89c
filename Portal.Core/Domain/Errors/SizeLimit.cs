using System.Globalization;

namespace Portal.Core.Domain.Errors;

/// <summary>How large one file may be.</summary>
/// <param name="Bytes">One byte more is refused.</param>
/// <param name="Of">What the file is: image or video.</param>
/// <param name="Setting">The key of the setting that says so.</param>
public sealed record SizeLimit(long Bytes, string Of, string Setting)
{
    public PortalException Refusal() =>
        new(
            StatusCode.InputOverLimit,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The file is larger than {Bytes / 1_000_000.0:0.#} MB, the limit for one {Of}. Make it smaller, or "
                    + $"raise {Setting}."
            )
        );
}
