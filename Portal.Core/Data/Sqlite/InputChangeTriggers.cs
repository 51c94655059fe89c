using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;

namespace Portal.Core.Data.Sqlite;

/// <summary>
/// The triggers that keep the log of <see cref="InputChange"/>s. Made at every start: a migration that rebuilds a table
/// drops its triggers.
/// </summary>
internal static class InputChangeTriggers
{
    public static IEnumerable<string> CreateStatements()
    {
        yield return Trigger("Inputs", "INSERT", "", "NEW.\"AppId\", NEW.\"Id\"");
        // Claims and retries touch an input often and change nothing that is filtered by.
        yield return Trigger(
            "Inputs",
            "UPDATE",
            $"WHEN (OLD.\"Status\" = {(int)StatusCode.InputFailed}) <> (NEW.\"Status\" = "
                + $"{(int)StatusCode.InputFailed}) OR OLD.\"DeletedAt\" IS NOT NEW.\"DeletedAt\" "
                + "OR OLD.\"FileName\" <> NEW.\"FileName\" OR OLD.\"ExternalId\" <> NEW.\"ExternalId\" OR "
                + "OLD.\"Metadata\" <> NEW.\"Metadata\"",
            "NEW.\"AppId\", NEW.\"Id\""
        );
        yield return Trigger(
            "InputEmbeddings",
            "INSERT",
            "",
            "(SELECT \"AppId\" FROM \"Inputs\" WHERE \"Id\" = NEW.\"InputId\"), NEW.\"InputId\""
        );
        foreach (var table in new[] { "Annotations", "Labels" })
        {
            yield return Trigger(table, "INSERT", "", "NEW.\"AppId\", NEW.\"InputId\"");
            yield return Trigger(table, "DELETE", "", "OLD.\"AppId\", OLD.\"InputId\"");
        }
        yield return Trigger("Annotations", "UPDATE", "", "NEW.\"AppId\", NEW.\"InputId\"");
    }

    private static string Trigger(string table, string on, string when, string values) =>
        $"DROP TRIGGER IF EXISTS \"TR_{table}_{on}\"; CREATE TRIGGER \"TR_{table}_{on}\" AFTER {on} ON \"{table}\" "
        + $"{when} BEGIN INSERT INTO \"InputChanges\" (\"AppId\", \"InputId\") VALUES ({values}); END;";
}
