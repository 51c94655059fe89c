using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Portal.Bench;

/// <param name="File">Comma-separated with a header, without quotes; a row per input.</param>
/// <param name="Truth">The column of the concept that is present.</param>
/// <param name="Prediction">The column of the concept that was predicted.</param>
/// <param name="Confidence">The column of the prediction's score, 0 to 1.</param>
/// <param name="Calibration">The parts of the rows that are labelled; each is replayed.</param>
/// <param name="Delta">The part of the splits that may break the guarantee.</param>
internal sealed record ReplayOptions(
    string File,
    string Truth,
    string Prediction,
    string Confidence,
    IReadOnlyList<double> Calibration,
    double Delta,
    int Splits
)
{
    public static ReplayOptions Parse(string file, string[] args)
    {
        var given = new ConfigurationBuilder().AddCommandLine(args).Build();
        return new ReplayOptions(
            file,
            given["truth"] ?? "Y",
            given["prediction"] ?? "Yhat",
            given["confidence"] ?? "confidence",
            [
                .. (given["calibration"] ?? "0.1,0.05,0.02")
                    .Split(',')
                    .Select(part => double.Parse(part, CultureInfo.InvariantCulture)),
            ],
            double.Parse(given["delta"] ?? "0.05", CultureInfo.InvariantCulture),
            int.Parse(given["splits"] ?? "1000", CultureInfo.InvariantCulture)
        );
    }
}
