using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Data.Sqlite;

/// <summary>Reads which migrations made a database, without a change to any of its files.</summary>
internal static class MigrationHistory
{
    /// <returns>Whether there is a database that a portal made: not merely a file, which may be empty.</returns>
    /// <exception cref="PortalException">A newer portal has changed the database, or one from before the first release
    /// made it.</exception>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public static bool RequireKnown(PortalDbContext db, StorageOptions storage)
    {
        var known = db.Database.GetMigrations().ToList();
        var applied = Read(storage.DatabasePath);
        var unknown = applied.Except(known, StringComparer.Ordinal).Max(StringComparer.Ordinal);
        if (unknown is null)
        {
            return applied.Count > 0;
        }
        // An id begins with the time at which its migration was made.
        throw new PortalException(
            StatusCode.Failure,
            string.CompareOrdinal(unknown, known[^1]) > 0
                ? $"The data directory {storage.Root} was made by a newer portal (it has '{unknown}'). Start that "
                    + $"version or a later one, or restore a backup of before."
                : $"The database {storage.DatabasePath} was made before the portal's first release and cannot be "
                    + $"upgraded; move the folder {storage.Root} away, or set {StorageOptions.Section}:Root to an "
                    + $"empty one, to start anew."
        );
    }

    private static List<string> Read(string path)
    {
        var applied = new List<string>();
        if (!File.Exists(path))
        {
            return applied;
        }

        using var connection = new SqliteConnection(Unchanging(path).ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM sqlite_schema WHERE name = '__EFMigrationsHistory'";
        if (command.ExecuteScalar() is null)
        {
            return applied;
        }

        command.CommandText = "SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\"";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            applied.Add(reader.GetString(0));
        }

        return applied;
    }

    /// <summary>
    /// A connection that does not copy the write-ahead log into the database when it is closed, as the last one to
    /// close does otherwise.
    /// </summary>
    private static SqliteConnectionStringBuilder Unchanging(string path)
    {
        // Only who may write can take back what was begun and not committed; until then nothing can be read.
        if (File.Exists(path + "-journal"))
        {
            return new() { DataSource = path, Pooling = false };
        }
        // Read from the log too, where there is one. Where there is none it would be made, unless SQLite is told that
        // nobody writes.
        var source = File.Exists(path + "-wal") ? path : $"{new Uri(Path.GetFullPath(path)).AbsoluteUri}?immutable=1";
        return new()
        {
            DataSource = source,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
    }
}
