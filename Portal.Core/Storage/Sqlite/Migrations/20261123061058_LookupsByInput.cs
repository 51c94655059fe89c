using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class LookupsByInput : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Inputs_AppId_Status_Id",
                table: "Inputs");

            migrationBuilder.DropIndex(
                name: "IX_Inputs_Status_Id",
                table: "Inputs");

            migrationBuilder.DropIndex(
                name: "IX_Annotations_InputId",
                table: "Annotations");

            migrationBuilder.CreateIndex(
                name: "IX_Inputs_AppId_DeletedAt",
                table: "Inputs",
                columns: new[] { "AppId", "DeletedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Inputs_AppId_Status_DeletedAt",
                table: "Inputs",
                columns: new[] { "AppId", "Status", "DeletedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Inputs_InProgress",
                table: "Inputs",
                columns: new[] { "Id", "DeletedAt" },
                filter: "\"Status\" = 30003");

            migrationBuilder.CreateIndex(
                name: "IX_Inputs_Pending",
                table: "Inputs",
                columns: new[] { "Id", "DeletedAt" },
                filter: "\"Status\" = 30001");

            migrationBuilder.CreateIndex(
                name: "IX_Annotations_AppId",
                table: "Annotations",
                column: "AppId");

            migrationBuilder.CreateIndex(
                name: "IX_Annotations_InputId_ConceptId",
                table: "Annotations",
                columns: new[] { "InputId", "ConceptId" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Inputs_AppId_DeletedAt",
                table: "Inputs");

            migrationBuilder.DropIndex(
                name: "IX_Inputs_AppId_Status_DeletedAt",
                table: "Inputs");

            migrationBuilder.DropIndex(
                name: "IX_Inputs_InProgress",
                table: "Inputs");

            migrationBuilder.DropIndex(
                name: "IX_Inputs_Pending",
                table: "Inputs");

            migrationBuilder.DropIndex(
                name: "IX_Annotations_AppId",
                table: "Annotations");

            migrationBuilder.DropIndex(
                name: "IX_Annotations_InputId_ConceptId",
                table: "Annotations");

            migrationBuilder.CreateIndex(
                name: "IX_Inputs_AppId_Status_Id",
                table: "Inputs",
                columns: new[] { "AppId", "Status", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Inputs_Status_Id",
                table: "Inputs",
                columns: new[] { "Status", "Id" },
                filter: "\"Status\" IN (30001, 30003)");

            migrationBuilder.CreateIndex(
                name: "IX_Annotations_InputId",
                table: "Annotations",
                column: "InputId");
        }
    }
}
