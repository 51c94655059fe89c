using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AuditedAnnotations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Annotations_Audit",
                table: "Annotations");

            migrationBuilder.CreateIndex(
                name: "IX_Annotations_Audit",
                table: "Annotations",
                column: "AppId",
                filter: "\"ReviewRequested\"");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Annotations_Audit",
                table: "Annotations");

            migrationBuilder.CreateIndex(
                name: "IX_Annotations_Audit",
                table: "Annotations",
                columns: new[] { "AppId", "ConceptId", "InputId" },
                filter: "\"ReviewRequested\" AND \"ReviewedById\" IS NULL");
        }
    }
}
