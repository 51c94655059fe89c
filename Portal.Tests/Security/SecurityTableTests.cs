using System.Text.RegularExpressions;
using Portal.Tests.Support;

namespace Portal.Tests.Security;

/// <summary>The table in <c>docs/security.md</c> names tests that exist, and one at least for each threat.</summary>
public sealed partial class SecurityTableTests
{
    [Fact]
    public void Every_threat_has_tests_and_they_exist()
    {
        var tests = (
            from type in typeof(SecurityTableTests).Assembly.GetTypes()
            from method in type.GetMethods()
            where method.IsDefined(typeof(FactAttribute), inherit: false)
            select $"{type.Name}.{method.Name}"
        ).ToHashSet(StringComparer.Ordinal);
        var rows = File.ReadLines(Path.Combine(SharedData.RepositoryRoot, "docs", "security.md"))
            .Where(line => line.StartsWith('|'))
            .Skip(2)
            .Select(line => line.Trim('|').Split('|'))
            .ToList();

        Assert.InRange(rows.Count, 20, 100);
        Assert.All(
            rows,
            row =>
            {
                var named = Code().Matches(row[2]).Select(match => match.Groups[1].Value).ToList();
                Assert.NotEmpty(named);
                Assert.All(named, name => Assert.Contains(name, tests));
            }
        );
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
