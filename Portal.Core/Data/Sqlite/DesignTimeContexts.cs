using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Portal.Core.Data.Sqlite;

/// <summary>Gives <c>dotnet ef</c> a context to compare migrations with; it never opens the database.</summary>
internal sealed class DesignTimeContexts : IDesignTimeDbContextFactory<PortalDbContext>
{
    public PortalDbContext CreateDbContext(string[] args)
    {
        var builder = new DbContextOptionsBuilder<PortalDbContext>();
        builder.UsePortalSqlite("design.db");
        return new PortalDbContext(builder.Options);
    }
}
