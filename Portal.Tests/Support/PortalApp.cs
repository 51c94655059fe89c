using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Users;

namespace Portal.Tests.Support;

/// <summary>The whole portal on a data directory of its own, asked over HTTP without a network.</summary>
public sealed partial class PortalApp : WebApplicationFactory<Program>
{
    private readonly string _root = Directory.CreateTempSubdirectory("portal-app-").FullName;

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>A client that follows no redirect and keeps cookies.</summary>
    public HttpClient Browser() => CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    /// <summary>A client with the cookie of a user, made if there is none.</summary>
    public async Task<HttpClient> SignedInAsync(string userId = "owner")
    {
        var user = await Get<UserService>().EnsureAsync(userId, default);
        var browser = Browser();
        var answer = await SpendAsync(browser, await Get<AccessService>().CreateSignInTokenAsync(user.Id, default));
        Assert.Equal(System.Net.HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    /// <summary>A client with an API key of a user, for all apps or one.</summary>
    public async Task<HttpClient> WithKeyAsync(string userId = "owner", App? app = null)
    {
        var user = await Get<UserService>().EnsureAsync(userId, default);
        var (_, key) = await Get<AccessService>().CreateKeyAsync(user.Id, app?.Id, "test", null, default);
        var client = Browser();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Key", key);
        return client;
    }

    /// <summary>Opens the page of a sign-in link and presses its button.</summary>
    public static async Task<HttpResponseMessage> SpendAsync(HttpClient browser, string token)
    {
        var page = await browser.GetStringAsync($"/sign-in?token={token}");
        var field = AntiforgeryField().Match(page);
        return await browser.PostAsync(
            "/sign-in",
            new FormUrlEncodedContent([
                new(field.Groups["name"].Value, field.Groups["value"].Value),
                new("token", token),
            ])
        );
    }

    public async Task<App> AppAsync(string ownerId, string id)
    {
        var owner = await Get<UserService>().EnsureAsync(ownerId, default);
        return await Get<AppService>().CreateAsync(owner.Id, id, null, null, default);
    }

    /// <summary>Makes a user, who is made if there is none, a member of an app.</summary>
    public async Task<PortalUser> MemberAsync(App app, string userId, Role role)
    {
        var user = await Get<UserService>().EnsureAsync(userId, default);
        var token = await Get<InvitationService>()
            .CreateAsync(app.Id, app.OwnerId, role, TimeSpan.FromDays(1), default);
        await Get<InvitationService>().JoinAsync(token, user.Id, default);
        return user;
    }

    public Task<Input> InputAsync(App app, string id, byte[] picture, string fileName = "") =>
        Get<InputService>()
            .AcceptAsync(app.Id, app.OwnerId, new NewInput(id, fileName), new MemoryStream(picture), default);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.ConfigureAppConfiguration(configuration =>
            configuration.AddInMemoryCollection([
                new("Storage:Root", _root),
                new("Embedder:Side", "96"),
                new("Imaging:Decoders", "1"),
            ])
        );
        builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
        {
            return;
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>__[^"]*)" value="(?<value>[^"]*)" """)]
    private static partial Regex AntiforgeryField();
}
