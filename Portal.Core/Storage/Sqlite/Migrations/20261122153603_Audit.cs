using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Audit : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "ReviewRequested",
                table: "Annotations",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateIndex(
                name: "IX_Annotations_Audit",
                table: "Annotations",
                columns: new[] { "AppId", "ConceptId", "InputId" },
                filter: "\"ReviewRequested\" AND \"ReviewedById\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Annotations_Audit",
                table: "Annotations");

            migrationBuilder.DropColumn(
                name: "ReviewRequested",
                table: "Annotations");
        }
    }
}
