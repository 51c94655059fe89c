using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AuditIndex : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Annotations_Index",
                table: "Annotations");

            migrationBuilder.CreateIndex(
                name: "IX_Annotations_Index",
                table: "Annotations",
                columns: new[] { "AppId", "Status", "ConceptId", "InputId", "Value", "Origin", "WorkflowId", "WrittenAsId", "ReviewedById", "Score", "ReviewRequested" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Annotations_Index",
                table: "Annotations");

            migrationBuilder.CreateIndex(
                name: "IX_Annotations_Index",
                table: "Annotations",
                columns: new[] { "AppId", "Status", "ConceptId", "InputId", "Value", "Origin", "WorkflowId", "WrittenAsId", "ReviewedById", "Score" });
        }
    }
}
