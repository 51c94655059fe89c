using System.Globalization;

namespace Portal.Core.Domain.Exchange;

/// <summary>Counts of what is to be exported, for saying beforehand what a format would leave out.</summary>
/// <param name="Present">✓ labels.</param>
/// <param name="Absent">✗ labels.</param>
/// <param name="Machine">Labels a machine gave.</param>
/// <param name="Scored">Of these, with a score.</param>
/// <param name="Several">Inputs with more than one ✓.</param>
/// <param name="Labelled">Inputs with at least one ✓.</param>
/// <param name="Waiting">Tags that wait for a person.</param>
/// <param name="Rejected">Tags a person rejected.</param>
/// <param name="WithMetadata">Inputs with metadata.</param>
public sealed record ExportSurvey(
    int Inputs,
    int Present,
    int Absent,
    int Machine,
    int Scored,
    int Several,
    int Labelled,
    int Waiting,
    int Rejected,
    int WithMetadata
)
{
    public static readonly ExportSurvey None = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public static ExportSurvey operator +(ExportSurvey a, ExportSurvey b) =>
        new(
            a.Inputs + b.Inputs,
            a.Present + b.Present,
            a.Absent + b.Absent,
            a.Machine + b.Machine,
            a.Scored + b.Scored,
            a.Several + b.Several,
            a.Labelled + b.Labelled,
            a.Waiting + b.Waiting,
            a.Rejected + b.Rejected,
            a.WithMetadata + b.WithMetadata
        );

    /// <summary>
    /// What a format that holds <paramref name="held"/> would leave out, a sentence each; none where nothing is lost.
    /// </summary>
    public IReadOnlyList<string> Losses(ExchangeDetail held)
    {
        var losses = new List<string>();
        Add(
            ExchangeDetail.SeveralConcepts,
            Several,
            n => $"{n} inputs have several concepts; only the first of each is kept.",
            "input has several concepts; only the first is kept."
        );
        Add(ExchangeDetail.Absent, Absent, n => $"{n} ✗ labels are left out.", "✗ label is left out.");
        Add(
            ExchangeDetail.Waiting,
            Waiting,
            n => $"{n} tags that wait for review are left out.",
            "tag that waits for review is left out."
        );
        Add(
            ExchangeDetail.Scores,
            Scored,
            n => $"{n} scores of machine tags are left out.",
            "score of a machine tag is left out."
        );
        Add(
            ExchangeDetail.Maker,
            Machine,
            n => $"{n} labels made by a machine cannot be told from people's.",
            "label made by a machine cannot be told from people's."
        );
        Add(
            ExchangeDetail.Unlabelled,
            Inputs - Labelled,
            n => $"{n} inputs without a ✓ are left out.",
            "input without a ✓ is left out."
        );
        Add(
            ExchangeDetail.Metadata,
            WithMetadata,
            n => $"Metadata of {n} inputs is left out.",
            "Metadata of 1 input is left out."
        );
        Add(ExchangeDetail.History, Rejected, n => $"{n} rejected tags are left out.", "rejected tag is left out.");
        if (!held.HasFlag(ExchangeDetail.InputIds) && Inputs > 0)
        {
            losses.Add("Pictures carry their input's id as a name; the original file names are left out.");
        }

        if (!held.HasFlag(ExchangeDetail.History) && Present + Absent > 0)
        {
            losses.Add("Who decided what and when is left out.");
        }

        return losses;

        void Add(ExchangeDetail detail, int count, Func<string, string> many, string one)
        {
            if (held.HasFlag(detail) || count == 0)
            {
                return;
            }

            losses.Add(
                count > 1 ? many(count.ToString("N0", CultureInfo.InvariantCulture))
                : one.Contains('1', StringComparison.Ordinal) ? one
                : "1 " + one
            );
        }
    }
}
