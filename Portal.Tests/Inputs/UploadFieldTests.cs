using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

/// <summary>The fields that stand before a file in <c>inputs/upload</c>.</summary>
public sealed class UploadFieldTests(SharedPortal shared) : IClassFixture<SharedPortal>
{
    [Theory]
    [InlineData("metadata", """{"a":1,"a":2}""")]
    [InlineData("metadata", """{"a":"\ud800"}""")]
    [InlineData("metadata", """{"a":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}""")]
    [InlineData("metadata", "[]")]
    [InlineData("concepts", """[{"id":7}]""")]
    [InlineData("concepts", """[{"id":"red","value":"yes"}]""")]
    [InlineData("concepts", """["\ud800"]""")]
    public async Task A_field_that_cannot_be_read_costs_its_file_and_is_named(string field, string value)
    {
        var app = SharedPortal.NewApp();
        await shared
            .Portal.PostAsync("users/me/apps", new { apps = new[] { new { id = app["users/me/apps/".Length..] } } })
            .OkAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent(value), field },
            { new ByteArrayContent(Drawings.Red(1)), "file", "wrong.png" },
            { new ByteArrayContent(Drawings.Red(2)), "file", "right.png" },
        };

        using var response = await shared.Portal.Client.PostAsync(
            $"/v2/{app}/inputs/upload",
            form,
            TestContext.Current.CancellationToken
        );

        var inputs = (await ApiClient.ReadAsync(response))["inputs"]
            .EnumerateArray()
            .Select(i => i.GetProperty("status"))
            .ToList();
        Assert.Equal([11102, 30001], inputs.Select(s => s.GetProperty("code").GetInt32()));
        Assert.Contains($"'{field}'", inputs[0].GetProperty("details").GetString(), StringComparison.Ordinal);
    }
}
