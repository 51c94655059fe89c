using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Explorer : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Annotations_AppId_Status_ConceptId_InputId",
                table: "Annotations");

            migrationBuilder.AddColumn<byte[]>(
                name: "CodeCentre",
                table: "Embedders",
                type: "BLOB",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "EmbeddingCodes",
                columns: table => new
                {
                    InputId = table.Column<long>(type: "INTEGER", nullable: false),
                    EmbedderId = table.Column<long>(type: "INTEGER", nullable: false),
                    Code = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EmbeddingCodes", x => new { x.EmbedderId, x.InputId });
                    table.ForeignKey(
                        name: "FK_EmbeddingCodes_Embedders_EmbedderId",
                        column: x => x.EmbedderId,
                        principalTable: "Embedders",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_EmbeddingCodes_Inputs_InputId",
                        column: x => x.InputId,
                        principalTable: "Inputs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "InputChanges",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    AppId = table.Column<long>(type: "INTEGER", nullable: false),
                    InputId = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_InputChanges", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "SavedFilters",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    AppId = table.Column<long>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Query = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SavedFilters", x => x.Id);
                    table.ForeignKey(
                        name: "FK_SavedFilters_Apps_AppId",
                        column: x => x.AppId,
                        principalTable: "Apps",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Annotations_Index",
                table: "Annotations",
                columns: new[] { "AppId", "Status", "ConceptId", "InputId", "Value", "Origin", "WorkflowId", "WrittenAsId", "ReviewedById", "Score" });

            migrationBuilder.CreateIndex(
                name: "IX_Annotations_InputId",
                table: "Annotations",
                column: "InputId");

            migrationBuilder.CreateIndex(
                name: "IX_EmbeddingCodes_InputId",
                table: "EmbeddingCodes",
                column: "InputId");

            migrationBuilder.CreateIndex(
                name: "IX_InputChanges_AppId_Id",
                table: "InputChanges",
                columns: new[] { "AppId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_SavedFilters_AppId_Name",
                table: "SavedFilters",
                columns: new[] { "AppId", "Name" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "EmbeddingCodes");

            migrationBuilder.DropTable(
                name: "InputChanges");

            migrationBuilder.DropTable(
                name: "SavedFilters");

            migrationBuilder.DropIndex(
                name: "IX_Annotations_Index",
                table: "Annotations");

            migrationBuilder.DropIndex(
                name: "IX_Annotations_InputId",
                table: "Annotations");

            migrationBuilder.DropColumn(
                name: "CodeCentre",
                table: "Embedders");

            migrationBuilder.CreateIndex(
                name: "IX_Annotations_AppId_Status_ConceptId_InputId",
                table: "Annotations",
                columns: new[] { "AppId", "Status", "ConceptId", "InputId" });
        }
    }
}
