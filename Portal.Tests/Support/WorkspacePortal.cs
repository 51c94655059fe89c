namespace Portal.Tests.Support;

/// <summary>A portal process with apps full of pictures, for the tests of labelling and reviewing.</summary>
public sealed class WorkspacePortal : IAsyncLifetime
{
    private static readonly string[] Concepts = ["runner", "walker", "stroller"];
    private readonly TemporaryFolder _folder = new();
    private int _apps;
    private string _signedIn = "";

    internal PortalProcess Process { get; private set; } = null!;

    internal HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await StartAsync(0);
        // A sign-in link works once; later browsers start with what the first one got.
        _signedIn = await (await Browser.SignedInAsync(Process)).Context.StorageStateAsync();
    }

    /// <summary>A browser of its own, signed in as the owner.</summary>
    internal Task<Microsoft.Playwright.IPage> PageAsync() => Browser.BesideAsync(Process, _signedIn);

    /// <summary>Kills the portal; <see cref="ComeBackAsync"/> starts it at the same address.</summary>
    public Task GoAwayAsync() => Process.KillAsync();

    public async Task ComeBackAsync()
    {
        var port = Process.Address.Port;
        await Process.DisposeAsync();
        Client.Dispose();
        await StartAsync(port);
    }

    /// <summary>An app with processed pictures and three concepts.</summary>
    /// <param name="waiting">How many of them wait for review as runners.</param>
    /// <returns>The app's id.</returns>
    public async Task<string> AppAsync(int pictures, int waiting = 0, Func<int, byte[]>? draw = null)
    {
        var app = $"workspace-{Interlocked.Increment(ref _apps)}";
        var path = $"users/owner/apps/{app}";
        await Client
            .SendAsync(HttpMethod.Post, "users/owner/apps", new { apps = new[] { new { id = app } } })
            .OkAsync();
        await Client
            .SendAsync(HttpMethod.Post, $"{path}/concepts", new { concepts = Concepts.Select(id => new { id }) })
            .OkAsync();
        foreach (var some in Enumerable.Range(0, pictures).Chunk(50))
        {
            await Client.UploadAsync(
                app,
                some.Select(i => new UploadFile($"p{i:000}", $"p{i:000}.png", (draw ?? Pictures.Any)(i)))
            );
        }

        await Client.WorkedOffAsync(app);
        if (waiting > 0)
        {
            await Client
                .SendAsync(
                    HttpMethod.Post,
                    $"{path}/annotations",
                    new
                    {
                        annotations = Enumerable
                            .Range(0, waiting)
                            .Select(i => new
                            {
                                input_id = $"p{i:000}",
                                origin = "import",
                                status = new { code = 24151 },
                                data = new
                                {
                                    concepts = new[]
                                    {
                                        new
                                        {
                                            id = "runner",
                                            value = 1,
                                            score = 0.5 + (i * 0.005),
                                        },
                                    },
                                },
                            }),
                    }
                )
                .OkAsync();
        }
        return app;
    }

    /// <summary>How many annotations of an app have a status.</summary>
    public async Task<int> CountAsync(string app, string status) =>
        (
            await Client
                .SendAsync(HttpMethod.Get, $"users/owner/apps/{app}/annotations?per_page=1000&statuses={status}", null)
                .OkAsync()
        )["annotations"]
            .GetArrayLength();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartAsync(int port)
    {
        Process = await PortalProcess.StartAsync(_folder.Path, port, "--Embedder:Side=96");
        Client = Process.Client();
    }
}
