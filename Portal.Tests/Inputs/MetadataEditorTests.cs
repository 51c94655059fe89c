using System.Text.Json.Nodes;
using Bunit;
using Portal.Core.Domain.Errors;
using Portal.Features.InputPage;

namespace Portal.Tests.Inputs;

public sealed class MetadataEditorTests : BunitContext
{
    private JsonObject? _saved;

    [Fact]
    public void Rows_keep_the_kind_of_their_value()
    {
        var editor = Edit("""{"park":"north","shot":7,"tags":["a"]}""");

        editor.FindAll("[aria-label=Value]")[0].Input("12");
        editor.FindAll("[aria-label=Value]")[1].Input("8");
        Save(editor);

        Assert.Equal("""{"park":"12","shot":8,"tags":["a"]}""", _saved!.ToJsonString());
    }

    [Fact]
    public void A_row_can_be_added_and_removed()
    {
        var editor = Edit("""{"park":"north"}""");

        editor.Find("[aria-label='Remove park']").Click();
        editor.FindAll("button").Single(b => b.TextContent.Contains("Add a row", StringComparison.Ordinal)).Click();
        editor.Find("[aria-label=Key]").Input("camera");
        editor.Find("[aria-label=Value]").Input("left");
        Save(editor);

        Assert.Equal("""{"camera":"left"}""", _saved!.ToJsonString());
    }

    [Fact]
    public void A_key_given_twice_is_refused_and_what_was_typed_stays()
    {
        var editor = Edit("""{"park":"north","city":"Oslo"}""");

        editor.FindAll("[aria-label=Key]")[1].Input("park");
        Save(editor);

        Assert.Null(_saved);
        Assert.Contains("'park' is there twice", editor.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal("Oslo", editor.FindAll("[aria-label=Value]")[1].GetAttribute("value"));
    }

    [Fact]
    public void Broken_json_is_refused_with_its_place_and_stays_in_the_box()
    {
        var editor = Edit("""{"park":"north"}""");
        editor.FindAll("button").Single(b => b.TextContent == "Edit as JSON").Click();

        editor.Find("textarea").Input("{\n\"park\": ");
        Save(editor);

        Assert.Null(_saved);
        Assert.Contains("line 2", editor.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal("{\n\"park\": ", editor.Find("textarea").GetAttribute("value"));
    }

    [Fact]
    public void What_the_portal_refuses_is_said_and_can_be_corrected()
    {
        var editor = Render<MetadataEditor>(p =>
            p.Add(e => e.Metadata, """{"park":"north"}""")
                .Add(
                    e => e.OnSave,
                    _ => throw new PortalException(StatusCode.InputInvalidArgument, "The metadata is too long.")
                )
        );

        editor.Find("[aria-label=Value]").Input("south");
        Save(editor);

        Assert.Contains("too long", editor.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal("south", editor.Find("[aria-label=Value]").GetAttribute("value"));
    }

    [Fact]
    public void A_refresh_of_the_page_does_not_take_away_what_is_being_typed()
    {
        var editor = Edit("""{"park":"north"}""");
        editor.Find("[aria-label=Value]").Input("south");

        editor.Render(p => p.Add(e => e.Metadata, """{"park":"east"}"""));

        Assert.Equal("south", editor.Find("[aria-label=Value]").GetAttribute("value"));
        editor.FindAll("button").Single(b => b.TextContent == "Discard").Click();
        Assert.Equal("east", editor.Find("[aria-label=Value]").GetAttribute("value"));
    }

    private IRenderedComponent<MetadataEditor> Edit(string metadata) =>
        Render<MetadataEditor>(p => p.Add(e => e.Metadata, metadata).Add(e => e.OnSave, saved => _saved = saved));

    private static void Save(IRenderedComponent<MetadataEditor> editor) =>
        editor.FindAll("button").Single(b => b.TextContent == "Save").Click();
}
