using System.Text;
using Portal.Core.Services.Explorer;

namespace Portal.Tests.Inputs;

public sealed class FactTextsTests
{
    public static TheoryData<string, string, string> Cases { get; } =
        new()
        {
            { "a.png", "input-1", "{}" },
            { "IMG 0001.PNG", "Input-1", """{"Camera":"C3","count":12,"share":-1.50e3}""" },
            { "a.png", "i", """{ "a" : "b" , "empty" : "" }""" },
            { "", "", "{ }" },
            { "line\nbreak.png", "tab\t", """{"a":"b"}""" },
            { "Straße-ÄÖ.png", "İ", """{"a":"b"}""" },
            { "a.png", "i", """{"Größe":"Ä"}""" },
            { "a.png", "i", """{"a":"say \"hi\"","b\n":"x"}""" },
            { "a.png", "i", """{"plain":"first","flag":true,"none":null}""" },
            { "a.png", "i", """{"plain":"first","place":{"Lat":1,"tags":["A","b"]}}""" },
            { new string('N', 3000), "i", """{"a":"b"}""" },
            { "a.png", "i", $$"""{"long":"{{new string('V', 5000)}}"}""" },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_text_is_the_one_written_of_strings(string fileName, string externalId, string metadata)
    {
        var texts = new FactTexts();
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(
                InputFacts.TextOf(fileName, externalId, metadata),
                Of(texts, fileName, externalId, metadata).ToArray()
            );
        }
    }

    [Fact]
    public void Earlier_texts_stay_as_they_are()
    {
        var texts = new FactTexts();
        var all = new List<(byte[] Expected, ReadOnlyMemory<byte> Text)>();
        for (var i = 0; i < 20_000; i++)
        {
            var metadata = i % 7 == 0 ? """{"a":{"b":1}}""" : $$"""{"n":{{i}}}""";
            all.Add((InputFacts.TextOf($"{i}.png", $"i{i}", metadata), Of(texts, $"{i}.png", $"i{i}", metadata)));
        }

        Assert.All(all, pair => Assert.True(pair.Text.Span.SequenceEqual(pair.Expected)));
    }

    private static ReadOnlyMemory<byte> Of(FactTexts texts, string fileName, string externalId, string metadata) =>
        texts.Of(
            Encoding.UTF8.GetBytes(fileName),
            Encoding.UTF8.GetBytes(externalId),
            Encoding.UTF8.GetBytes(metadata)
        );
}
