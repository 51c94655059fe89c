using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Core;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.Fuzzing;

/// <summary>
/// A portal on a real socket, decoding in child processes, that is asked what a seed says and must answer as it
/// guarantees to.
/// </summary>
internal sealed class FuzzedPortal : IAsyncDisposable
{
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(30);
    private readonly FaultLog _log = new();
    private HttpClient _anonymous = null!;
    private HttpClient _browser = null!;

    /// <summary>With a key of the app alone, for the short paths; null before the first app.</summary>
    private HttpClient? _ofApp;

    public PortalFixture Portal { get; private set; } = null!;

    public IReadOnlyList<NamedEndpoint> Endpoints { get; private set; } = [];

    public static async Task<FuzzedPortal> StartAsync()
    {
        var fuzzed = new FuzzedPortal();
        fuzzed.Portal = await PortalFixture.StartAsync(
            services =>
                services.AddSingleton<ILoggerProvider>(fuzzed._log).AddDecoderProcesses(typeof(Program).Assembly),
            ("Limits:ApiRequestsPerMinute", "1000000"),
            ("Limits:ApiBurst", "1000000"),
            ("Imaging:Decoders", "2")
        );
        fuzzed.Endpoints =
        [
            .. EndpointList.Of(fuzzed.Portal.Get<EndpointDataSource>()).OrderBy(e => e.Name, StringComparer.Ordinal),
        ];
        fuzzed._anonymous = fuzzed.Portal.ClientWith(null);
        fuzzed._browser = await fuzzed.Portal.BrowserAsync();
        return fuzzed;
    }

    /// <summary>An app that holds one of everything the cases speak of.</summary>
    public async Task FillAsync(string app)
    {
        var path = $"users/me/apps/{app}";
        await Portal.PostAsync("users/me/apps", new { apps = new[] { new { id = app } } }).OkAsync();
        await Portal
            .PostAsync($"{path}/concepts", """{"concepts":[{"id":"red"},{"id":"blue"},{"id":"spare"}]}""")
            .OkAsync();
        await Portal
            .PostAsync(
                $"{path}/inputs",
                new
                {
                    inputs = new[] { "picture", "other", "spare" }.Select(
                        (id, i) => new { id, data = new { image = new { base64 = Drawings.Base64(Drawings.Red(i)) } } }
                    ),
                }
            )
            .OkAsync();
        await Portal
            .PostAsync(
                $"{path}/models",
                """
                {"models":[{"id":"colours","output_info":{"data":{"concepts":[{"id":"red"},{"id":"blue"}]}}},
                {"id":"sure","model_type_id":"concept-thresholder","output_info":{"data":{"concepts":[{"id":"red","value":0.8}]},"params":{"concept_threshold_type":"GREATER_THAN"}}},
                {"id":"writer","model_type_id":"annotation-writer","output_info":{"params":{"annotation_status":"ANNOTATION_PENDING","annotation_user_id":"owner"}}}]}
                """
            )
            .OkAsync();
        await Portal
            .PostAsync(
                $"{path}/workflows",
                """{"workflows":[{"id":"auto","nodes":[{"id":"embed","model":{"id":"visual-embedder"}}]}]}"""
            )
            .OkAsync();
        await Portal
            .PostAsync(
                $"{path}/annotations",
                """{"annotations":[{"id":"tag","input_id":"picture","origin":"import","status":{"code":24151},"data":{"concepts":[{"id":"red","value":1}]}}]}"""
            )
            .OkAsync();
        await Portal.PostAsync($"{path}/datasets", """{"name":"kept"}""").OkAsync();
        await Portal.ProcessedAsync(path);
        var owner = await Portal.Get<UserService>().GetAsync(PortalFixture.OwnerId, default);
        _ofApp?.Dispose();
        _ofApp = Portal.ClientWith(
            await Portal.KeyOfAsync(
                PortalFixture.OwnerId,
                (await Portal.Get<AppService>().OpenAsync(owner.Id, PortalFixture.OwnerId, app, default)).App.Id
            )
        );
    }

    /// <returns>The answer's body.</returns>
    public async Task<string> AskAsync(FuzzCase asked)
    {
        using var limit = new CancellationTokenSource(MostTime);
        try
        {
            using var request = asked.ToRequest();
            var isApi = asked.Path.StartsWith("/v2", StringComparison.Ordinal);
            // A form without its token is refused to whoever sends it; a signed-in browser stays signed in.
            var client =
                isApi ? (asked.Path.StartsWith("/v2/users", StringComparison.Ordinal) ? Portal.Client : _ofApp!)
                : asked.Method == HttpMethod.Get ? _browser
                : _anonymous;
            using var response = await client.SendAsync(request, limit.Token);
            var text = await response.Content.ReadAsStringAsync(limit.Token);
            var problem =
                (int)response.StatusCode >= 500 ? "failed"
                : isApi && asked.Method != HttpMethod.Head && !IsEnvelope(text) ? "gave no envelope"
                : null;
            if (problem is not null || !_log.Faults.IsEmpty)
            {
                throw new FindingException(
                    $"The portal {problem ?? "logged a fault"}. {asked}\nHTTP {(int)response.StatusCode}: "
                        + $"{text}\n{Faults()}"
                );
            }

            return text;
        }
        catch (OperationCanceledException)
        {
            throw new FindingException($"No answer within {MostTime.TotalSeconds:0} s. {asked}");
        }
        catch (HttpRequestException e)
        {
            throw new FindingException($"The connection broke: {e.Message} {asked}\n{Faults()}");
        }
    }

    /// <summary>It takes a picture in and works it off, and nothing went wrong behind the answers.</summary>
    public async Task RequireHealthyAsync(string app)
    {
        Assert.Equal("ready", await Portal.Client.GetStringAsync(new Uri("/readyz", UriKind.Relative)));
        await Portal.PostAsync("users/me/apps", new { apps = new[] { new { id = $"{app}-after" } } }).OkAsync();
        var path = $"users/me/apps/{app}-after";
        await Portal
            .PostAsync(
                $"{path}/inputs",
                new
                {
                    inputs = new[]
                    {
                        new { id = "last", data = new { image = new { base64 = Drawings.Base64(Drawings.Blue(1)) } } },
                    },
                }
            )
            .OkAsync();
        await Wait.ForAsync(
            () => Portal.ProcessedAsync(path),
            answer => answer["counts"].GetProperty("processed").GetInt32() == 1,
            TimeSpan.FromMinutes(3)
        );
        Assert.Empty(Faults());
    }

    private string Faults()
    {
        var faults = new List<string>();
        while (_log.Faults.TryDequeue(out var fault))
        {
            faults.Add(fault);
        }

        return string.Join('\n', faults);
    }

    public async ValueTask DisposeAsync()
    {
        _anonymous.Dispose();
        _browser.Dispose();
        _ofApp?.Dispose();
        await Portal.DisposeAsync();
    }

    private static bool IsEnvelope(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.GetProperty("status") is var status
                && status.GetProperty("code").GetInt32() > 0
                && status.GetProperty("description").GetString()!.Length > 0;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }
}
