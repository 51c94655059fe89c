using System.Globalization;
using System.Text.RegularExpressions;
using Portal.Tests.Support;

namespace Portal.Tests.Texts;

/// <summary>The texts of the repository stay short enough to be read, and their links lead somewhere.</summary>
public sealed partial class TextLimitsTests
{
    private const int MaxReadmeLines = 150;
    private const int MaxTerms = 45;
    private const int MaxRecordLines = 45;

    private static string Docs => Path.Combine(SharedData.RepositoryRoot, "docs");

    [Fact]
    public void The_readme_is_short()
    {
        Assert.InRange(
            File.ReadAllLines(Path.Combine(SharedData.RepositoryRoot, "README.md")).Length,
            1,
            MaxReadmeLines
        );
    }

    [Fact]
    public void The_glossary_holds_few_terms()
    {
        var lines = File.ReadAllLines(Path.Combine(SharedData.RepositoryRoot, "CONTEXT.md"));

        Assert.InRange(lines.Count(line => line.StartsWith("| **", StringComparison.Ordinal)), 1, MaxTerms);
    }

    [Fact]
    public void A_decision_record_has_its_number_a_date_and_a_status_and_fits_on_one_page()
    {
        var folder = Path.Combine(Docs, "adr");
        var index = File.ReadAllText(Path.Combine(folder, "README.md"));
        var names = Directory
            .GetFiles(folder, "*.md")
            .Select(path => Path.GetFileName(path))
            .Where(name => char.IsAsciiDigit(name[0]))
            .ToList();

        Assert.NotEmpty(names);
        Assert.All(
            names,
            name =>
            {
                var lines = File.ReadAllLines(Path.Combine(folder, name));
                var number = int.Parse(name[..4], CultureInfo.InvariantCulture);
                Assert.InRange(lines.Length, 1, MaxRecordLines);
                Assert.StartsWith($"# {number}. ", lines[0], StringComparison.Ordinal);
                Assert.Contains(lines, line => Date().IsMatch(line));
                Assert.Contains(lines, line => Status().IsMatch(line));
                Assert.Contains($"]({name})", index, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void Links_between_texts_lead_to_files()
    {
        var broken = new List<string>();
        foreach (
            var text in Directory
                .GetFiles(SharedData.RepositoryRoot, "*.md")
                .Concat(Directory.GetFiles(Docs, "*.md", SearchOption.AllDirectories))
        )
        {
            foreach (var target in Link().Matches(File.ReadAllText(text)).Select(match => match.Groups[1].Value))
            {
                var isOutside = target.Contains("://", StringComparison.Ordinal);
                if (!isOutside && !Path.Exists(Path.Combine(Path.GetDirectoryName(text)!, target)))
                {
                    broken.Add($"{Path.GetFileName(text)}: {target}");
                }
            }
        }

        Assert.Empty(broken);
    }

    [GeneratedRegex(@"^Date: \d{4}-\d{2}-\d{2}$")]
    private static partial Regex Date();

    [GeneratedRegex(@"^Status: (accepted|superseded by \[\d+\])")]
    private static partial Regex Status();

    /// <summary>A link's target without its heading; links to a heading of the same text are left out.</summary>
    [GeneratedRegex(@"\]\(([^)#\s]+)(#[^)\s]*)?\)")]
    private static partial Regex Link();
}
