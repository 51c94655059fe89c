using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Reembedding : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Inputs_Pending",
                table: "Inputs");

            migrationBuilder.AddColumn<string>(
                name: "Network",
                table: "Embedders",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_Inputs_Held",
                table: "Inputs",
                column: "AppId",
                filter: "\"Status\" = 30001 AND \"StatusDetail\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Inputs_Pending",
                table: "Inputs",
                columns: new[] { "Id", "DeletedAt" },
                filter: "\"Status\" = 30001 AND \"StatusDetail\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Inputs_Held",
                table: "Inputs");

            migrationBuilder.DropIndex(
                name: "IX_Inputs_Pending",
                table: "Inputs");

            migrationBuilder.DropColumn(
                name: "Network",
                table: "Embedders");

            migrationBuilder.CreateIndex(
                name: "IX_Inputs_Pending",
                table: "Inputs",
                columns: new[] { "Id", "DeletedAt" },
                filter: "\"Status\" = 30001");
        }
    }
}
