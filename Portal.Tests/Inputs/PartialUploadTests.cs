using System.Security.Cryptography;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

/// <summary>Large files in parts, as the upload page sends them.</summary>
public sealed class PartialUploadTests(SharedPortal shared) : IClassFixture<SharedPortal>, IAsyncLifetime
{
    private static readonly byte[] Picture = Drawings.Red(1);
    private readonly PortalFixture _portal = shared.Portal;
    private readonly string _id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private string App { get; } = SharedPortal.NewApp();
    private string Upload => $"{App}/inputs/uploads/{_id}";

    public async ValueTask InitializeAsync() =>
        await _portal
            .PostAsync("users/me/apps", new { apps = new[] { new { id = App["users/me/apps/".Length..] } } })
            .OkAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_file_that_came_in_parts_is_one_input()
    {
        Assert.Equal(0, await ReceivedAsync());
        Assert.Equal(100, await PutAsync(0, Picture[..100]));
        // A part that comes twice, as after a lost answer, changes nothing.
        Assert.Equal(100, await PutAsync(0, Picture[..100]));
        Assert.Equal(100, await PutAsync(200, Picture[200..]));
        Assert.Equal(Picture.Length, await PutAsync(100, Picture[100..]));

        var answer = await FinishAsync().OkAsync();

        Assert.Equal(_id, answer["inputs"][0].GetProperty("id").GetString());
        Assert.Equal(0, await ReceivedAsync());
        Assert.Equal(
            Picture,
            await _portal.Client.GetByteArrayAsync(
                new Uri(answer["inputs"][0].GetProperty("data").GetProperty("image").GetProperty("url").GetString()!),
                TestContext.Current.CancellationToken
            )
        );
    }

    [Fact]
    public async Task Making_the_input_again_after_a_lost_answer_says_that_it_is_there()
    {
        await PutAsync(0, Picture);
        await FinishAsync().OkAsync();
        await PutAsync(0, Picture);

        var again = await FinishAsync();

        Assert.Equal(40010, again["inputs"][0].GetProperty("status").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_file_that_is_not_whole_makes_no_input()
    {
        await PutAsync(0, Picture[..100]);

        Assert.Contains("Send the rest first", (await FinishAsync()).Details, StringComparison.Ordinal);
        Assert.Equal(100, await ReceivedAsync());
    }

    [Fact]
    public async Task A_file_larger_than_an_image_may_be_is_refused_while_it_comes()
    {
        using var part = new ByteArrayContent(new byte[20_000_001]);
        using var response = await _portal.Client.PutAsync(
            $"/v2/{Upload}?offset=0",
            part,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(30105, (await ApiClient.ReadAsync(response)).Code);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("ABCDEF0123456789ABCDEF0123456789")]
    [InlineData("..%2F..%2Fportal.db0123456789abcd")]
    public async Task Other_ids_are_refused(string id) =>
        Assert.NotEqual(10000, (await _portal.GetAsync($"{App}/inputs/uploads/{id}")).Code);

    private async Task<long> ReceivedAsync() =>
        (await _portal.GetAsync(Upload).OkAsync())["upload"].GetProperty("received").GetInt64();

    private async Task<long> PutAsync(int offset, byte[] bytes)
    {
        using var part = new ByteArrayContent(bytes);
        using var response = await _portal.Client.PutAsync(
            $"/v2/{Upload}?offset={offset}",
            part,
            TestContext.Current.CancellationToken
        );
        return (await ApiClient.ReadAsync(response))["upload"].GetProperty("received").GetInt64();
    }

    private Task<ApiAnswer> FinishAsync() =>
        _portal.PostAsync(
            $"{Upload}?size={Picture.Length}&skip_duplicates=true",
            new { inputs = new[] { new { id = _id, data = new { image = new { file_name = "a.png" } } } } }
        );
}
