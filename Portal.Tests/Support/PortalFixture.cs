using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Core;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Features.SignIn;
using Portal.Hosting;

namespace Portal.Tests.Support;

/// <summary>
/// The whole portal on a loopback port and a data directory of its own: real database, real decoding, real embedder.
/// </summary>
public sealed partial class PortalFixture : IAsyncDisposable
{
    public const string OwnerId = "owner";
    private const string OwnerKey = "key-of-the-owner-for-tests";

    private readonly TemporaryFolder _folder = new();
    private readonly IReadOnlyList<(string Key, string Value)> _settings;
    private readonly Action<IServiceCollection>? _configure;
    private WebApplication? _app;
    private HttpClient? _client;

    private PortalFixture(IReadOnlyList<(string Key, string Value)> settings, Action<IServiceCollection>? configure) =>
        (_settings, _configure) = (settings, configure);

    public Uri BaseAddress => Client.BaseAddress!;

    /// <summary>Carries a key of the owner's for all apps.</summary>
    public HttpClient Client => _client!;

    public IServiceProvider Services => _app!.Services;

    public string Root => _folder.Path;

    public string Key => OwnerKey;

    /// <param name="settings">Configuration keys, such as <c>Fetch:AllowedHosts:0</c>, over the fixture's own.</param>
    public static Task<PortalFixture> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(null, settings);

    /// <param name="configure">Registers services last, so that a test's own win.</param>
    public static async Task<PortalFixture> StartAsync(
        Action<IServiceCollection>? configure,
        params (string Key, string Value)[] settings
    )
    {
        var fixture = new PortalFixture(settings, configure);
        await fixture.StartAsync();
        return fixture;
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Stops the portal and starts it again on the same data directory; the address changes.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>A client with another key, or with none.</summary>
    public HttpClient ClientWith(string? key)
    {
        var client = new HttpClient { BaseAddress = BaseAddress };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Key", key);
        }

        return client;
    }

    /// <summary>A browser in which the owner has signed in: a cookie and no key.</summary>
    public async Task<HttpClient> BrowserAsync()
    {
        var browser = new HttpClient { BaseAddress = BaseAddress };
        var owner = await Get<UserService>().GetAsync(OwnerId, default);
        var token = await Get<AccessService>().CreateSignInTokenAsync(owner.Id, default);
        var field = AntiforgeryField().Match(await browser.GetStringAsync($"/sign-in?token={token}"));
        using var form = new FormUrlEncodedContent([
            new(field.Groups["name"].Value, field.Groups["value"].Value),
            new("token", token),
        ]);
        using var answer = await browser.PostAsync("/sign-in", form);
        answer.EnsureSuccessStatusCode();
        return browser;
    }

    /// <summary>A key of a user, who is made if there is none; of one app or of all.</summary>
    public async Task<string> KeyOfAsync(string userId, long? appId = null)
    {
        var user = await Get<UserService>().EnsureAsync(userId, default);
        return (await Get<AccessService>().CreateKeyAsync(user.Id, appId, "test", null, default)).Key;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private async Task StartAsync()
    {
        // A small side makes a picture cost a few milliseconds; drawings stay easy to tell apart.
        var settings = new Dictionary<string, string>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Storage:Root"] = _folder.Path,
            ["Owner:UserId"] = OwnerId,
            ["Owner:ApiKey"] = OwnerKey,
            ["Embedder:Side"] = "96",
        };
        foreach (var (key, value) in _settings)
        {
            settings[key] = value;
        }

        var builder = PortalHost.CreateBuilder([.. settings.Select(setting => $"--{setting.Key}={setting.Value}")]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddPortalCore(builder.Configuration, builder.Environment.ContentRootPath);
        builder.Services.AddPortalSignIn(builder.Configuration);
        builder.Services.AddPortalWeb(builder.Configuration);
        _configure?.Invoke(builder.Services);
        _app = builder.Build();
        _app.UsePortal();
        await _app.StartAsync();
        var address = _app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        _client = new HttpClient { BaseAddress = new Uri(address) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Key", OwnerKey);
    }

    private async Task StopAsync()
    {
        _client?.Dispose();
        if (_app is null)
        {
            return;
        }

        await _app.StopAsync();
        await _app.DisposeAsync();
        SqliteConnection.ClearAllPools();
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>__[^"]*)" value="(?<value>[^"]*)" """)]
    private static partial Regex AntiforgeryField();
}
