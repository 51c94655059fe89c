using System.Text.RegularExpressions;
using Portal.Tests.Support;

namespace Portal.Tests.Fuzzing;

/// <summary>
/// Makes requests that are a little or very wrong, to all endpoints there are. Equal seeds give equal requests.
/// </summary>
internal sealed partial class RequestMaker(IReadOnlyList<NamedEndpoint> endpoints)
{
    private static readonly string[] Parameters =
    [
        "page",
        "per_page",
        "page_token",
        "concept_ids",
        "input_ids",
        "list_all_annotations",
        "model_type_id",
        "name",
        "offset",
        "size",
        "skip_duplicates",
        "statuses",
        "user_ids",
        "v",
        "kind",
        "from",
        "to",
        "by",
        "concept",
        "without",
        "match",
        "status",
        "origin",
        "reviewer",
        "min",
        "max",
        "meta",
        "q",
        "like",
        "order",
        "at",
        "names",
        "token",
        "error",
        "returnUrl",
        "threshold",
        "group",
    ];

    private static readonly string[] ContentTypes =
    [
        "application/json",
        "application/json",
        "application/json",
        "application/x-www-form-urlencoded",
        "text/plain; charset=utf-16",
        "multipart/form-data; boundary=x",
    ];

    public FuzzCase Make(int seed, string app)
    {
        var random = new Random(seed);
        var endpoint = endpoints[random.Next(endpoints.Count)];
        var method =
            endpoint.Method == "ANY"
                ? new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD" }[random.Next(6)]
                : endpoint.Method;
        // What ends the app of all cases is only asked of another.
        var isEnd = endpoint.Name == "DELETE /v2/users/{user_id}/apps/{app_id}";
        var path =
            Parameter()
                .Replace(endpoint.Path, match => Value(random, match.Groups[1].Value, isEnd ? "no-such-app" : app))
            + Query(random);
        if (method is "GET" or "HEAD" or "OPTIONS")
        {
            return new FuzzCase(seed, new HttpMethod(method), path);
        }

        var samples = SampleRequests.For(endpoint);
        var sample = SampleRequests.Fill(
            samples.Count == 0 ? """{"a":{"b":[1]}}""" : samples[random.Next(samples.Count)],
            app
        );
        return new FuzzCase(
            seed,
            new HttpMethod(method),
            path,
            new JsonMutator(random).Mutate(sample),
            ContentTypes[random.Next(ContentTypes.Length)]
        );
    }

    private static string Value(Random random, string parameter, string app)
    {
        if (random.Next(6) == 0 && HostileValues.NextWord(random) is { Length: > 0 } word && word.Trim('.').Length > 0)
        {
            return Uri.EscapeDataString(word);
        }

        return parameter switch
        {
            "user_id" or "UserId" => "owner",
            "app_id" or "AppId" => app,
            "concept_id" => "red",
            "input_id" or "InputId" => "picture",
            "annotation_id" => "tag",
            "upload_id" => "0123456789abcdef0123456789abcdef",
            "model_id" or "ModelId" => "colours",
            "workflow_id" or "WorkflowId" => "auto",
            "dataset_id" or "From" => "kept",
            "other_id" or "To" => "kept",
            "rendition" => new[] { "thumb", "large", "original" }[random.Next(3)],
            "format" => random.Next(2) == 0 ? "csv" : "jsonl",
            "documentName" => "v2",
            _ => "no-such-id",
        };
    }

    private static string Query(Random random)
    {
        if (random.Next(2) == 0)
        {
            return "";
        }

        var given = Enumerable
            .Range(0, random.Next(1, 4))
            .Select(_ => $"{Parameters[random.Next(Parameters.Length)]}={Escaped(random)}");
        return "?" + string.Join('&', given);
    }

    /// <summary>Now and then in bytes that are no UTF-8.</summary>
    private static string Escaped(Random random) =>
        random.Next(12) == 0
            ? new[] { "%00", "%ff%fe", "%c3%28", "%", "%zz", "+" }[random.Next(6)]
            : Uri.EscapeDataString(HostileValues.NextWord(random));

    [GeneratedRegex(@"\{\**(\w+)\}")]
    private static partial Regex Parameter();
}
