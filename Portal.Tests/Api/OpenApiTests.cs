using System.Collections;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Portal.Shared.Api;
using Portal.Tests.Support;

namespace Portal.Tests.Api;

/// <summary><c>/openapi/v2.json</c> says what is on the wire, and <c>/api-docs</c> shows it.</summary>
public sealed class OpenApiTests(SharedPortal shared) : IClassFixture<SharedPortal>
{
    private static readonly string[] Probes = ["/healthz", "/readyz"];

    private readonly PortalFixture _portal = shared.Portal;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_document_is_valid_OpenApi()
    {
        var result = OpenApiDocument.Parse(await TextAsync(), OpenApiConstants.Json);
        Assert.NotNull(result.Diagnostic);
        Assert.Empty(result.Diagnostic.Errors);
        Assert.Empty(result.Diagnostic.Warnings);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, result.Diagnostic.SpecificationVersion);
    }

    [Fact]
    public async Task Every_endpoint_is_in_the_document_and_nothing_else()
    {
        var endpoints = EndpointList
            .Of(_portal.Get<EndpointDataSource>())
            .Select(endpoint => endpoint.Name)
            .Where(name => name.Contains(" /v2/", StringComparison.Ordinal) || Probes.Any(name.EndsWith))
            .Where(name => !name.EndsWith("{**rest}", StringComparison.Ordinal));
        Assert.Equal(
            endpoints.Order(StringComparer.Ordinal),
            Operations(await DocumentAsync()).Select(o => o.Name).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Every_operation_has_a_name_a_summary_a_tag_and_its_answers()
    {
        var document = await DocumentAsync();
        var operations = Operations(document);
        Assert.Distinct(operations.Select(o => (string?)o.Json["operationId"]));
        Assert.All(
            operations,
            o =>
            {
                Assert.NotEmpty((string?)o.Json["operationId"] ?? "");
                Assert.Matches("^[A-Z].+[^.]$", (string?)o.Json["summary"] ?? "");
                var tag = (string?)Assert.Single(o.Json["tags"]!.AsArray());
                Assert.Contains(document["tags"]!.AsArray(), known => (string?)known!["name"] == tag);
                var content = o.Json["responses"]!["200"]!["content"]!.AsObject();
                Assert.All(content, type => Assert.NotNull(type.Value!["schema"]));
                if (!Probes.Contains(o.Path))
                {
                    Assert.Equal("application/json", Assert.Single(content).Key);
                    Assert.Equal("#/components/responses/Error", (string?)o.Json["responses"]!["default"]!["$ref"]);
                }
            }
        );
        Assert.Equal(
            "#/components/schemas/ApiResponse",
            (string?)document["components"]!["responses"]!["Error"]!["content"]!["application/json"]!["schema"]!["$ref"]
        );
    }

    [Fact]
    public async Task Every_field_of_path_and_query_is_listed_with_a_description()
    {
        var operations = Operations(await DocumentAsync()).ToDictionary(o => o.Name);
        foreach (var (name, endpoint) in EndpointList.Of(_portal.Get<EndpointDataSource>()))
        {
            if (!operations.TryGetValue(name, out var operation))
            {
                continue;
            }

            var listed = (operation.Json["parameters"] as JsonArray ?? []).ToLookup(p => (string?)p!["in"]);
            Assert.Equal(
                endpoint.RoutePattern.Parameters.Select(p => p.Name),
                listed["path"].Select(p => (string?)p!["name"])
            );
            // What a handler reads by itself would be missing here; it throws for a field that is not declared.
            Assert.Equal(
                endpoint.Metadata.GetOrderedMetadata<QueryField>().Select(f => f.Name).Order(StringComparer.Ordinal),
                listed["query"].Select(p => (string?)p!["name"]).Order(StringComparer.Ordinal)
            );
            Assert.All(
                listed.SelectMany(group => group),
                p =>
                {
                    Assert.NotEmpty((string?)p!["description"] ?? "");
                    Assert.NotNull(p["schema"]);
                }
            );
        }
    }

    [Fact]
    public void A_field_that_an_endpoint_does_not_declare_cannot_be_read()
    {
        var field = ApiQuery.Flag("all", "All of them");
        var context = new DefaultHttpContext();
        Assert.Throws<InvalidOperationException>(() => field.Read(context));
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(field), "test"));
        context.Request.QueryString = new QueryString("?all=true");
        Assert.True(field.Read(context));
    }

    [Fact]
    public async Task Every_body_has_a_schema()
    {
        var operations = Operations(await DocumentAsync()).ToDictionary(o => o.Name);
        foreach (var (name, endpoint) in EndpointList.Of(_portal.Get<EndpointDataSource>()))
        {
            if (
                operations.TryGetValue(name, out var operation)
                && (
                    endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null
                    || endpoint.Metadata.GetMetadata<StreamedBody>() is not null
                )
            )
            {
                Assert.NotNull(Assert.Single(operation.Json["requestBody"]!["content"]!.AsObject()).Value!["schema"]);
            }
        }
        // Training reads none.
        Assert.Equal(
            ["POST /v2/users/{user_id}/apps/{app_id}/models/{model_id}/versions"],
            operations
                .Values.Where(o => o.Path.StartsWith("/v2/users", StringComparison.Ordinal))
                .Where(o =>
                    o.Name.StartsWith("PATCH", StringComparison.Ordinal)
                    || o.Name.StartsWith("PUT", StringComparison.Ordinal)
                    || IsPostWithBody(o)
                )
                .Where(o => o.Json["requestBody"] is null)
                .Select(o => o.Name)
        );

        static bool IsPostWithBody(Operation o) =>
            o.Name.StartsWith("POST", StringComparison.Ordinal)
            && !o.Path.Contains("/jobs/", StringComparison.Ordinal)
            && !o.Path.EndsWith("/evaluation", StringComparison.Ordinal);
    }

    /// <summary>The options that write and read the wire, asked for the names, type by type.</summary>
    [Fact]
    public async Task Schemas_name_the_properties_as_the_wire_does()
    {
        var schemas = (await DocumentAsync())["components"]!["schemas"]!.AsObject();
        var checkedSchemas = new HashSet<string>();
        foreach (var type in WireTypes())
        {
            var info = ApiJson.Options.GetTypeInfo(type);
            var name = type.Name.EndsWith("Dto", StringComparison.Ordinal) ? type.Name[..^3] : type.Name;
            Assert.Equal(
                info.Properties.Where(p => p.Get is not null).Select(p => p.Name).Order(StringComparer.Ordinal),
                schemas[name]!["properties"]!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal)
            );
            checkedSchemas.Add(name);
        }

        Assert.Equal(
            ["JsonElement", "JsonObject", "StatusCode"],
            schemas.Select(s => s.Key).Where(name => !checkedSchemas.Contains(name)).Order(StringComparer.Ordinal)
        );
        Assert.DoesNotContain(PropertyNames(schemas), name => name.Any(char.IsUpper));
        Assert.InRange(PropertyNames(schemas).Count(), 300, 2000);
    }

    [Theory]
    [InlineData("GET", "/v2/users/{user_id}/apps", "users/me/apps", HttpStatusCode.OK)]
    [InlineData("GET", "/v2/users/{user_id}/apps/{app_id}/concepts", "{app}/concepts", HttpStatusCode.OK)]
    [InlineData("GET", "/v2/users/{user_id}/apps/{app_id}/inputs/status", "{app}/inputs/status", HttpStatusCode.OK)]
    [InlineData("GET", "/v2/users/{user_id}/apps/{app_id}/inputs", "{app}/inputs", HttpStatusCode.OK)]
    [InlineData("GET", "/v2/users/{user_id}/apps/{app_id}/annotations", "{app}/annotations", HttpStatusCode.OK)]
    [InlineData("GET", "/v2/users/{user_id}/apps/{app_id}/models", "{app}/models", HttpStatusCode.OK)]
    [InlineData("GET", "/v2/users/{user_id}/apps/{app_id}/audit", "{app}/audit", HttpStatusCode.OK)]
    [InlineData(
        "GET",
        "/v2/users/{user_id}/apps/{app_id}/inputs/{input_id}",
        "{app}/inputs/none",
        HttpStatusCode.NotFound
    )]
    public async Task Answers_are_as_the_document_says(string method, string path, string asked, HttpStatusCode status)
    {
        var app = SharedPortal.NewApp();
        await _portal.PostAsync("users/me/apps", $$"""{"apps":[{"id":"{{app.Split('/')[^1]}}"}]}""").OkAsync();
        await _portal.PostAsync(app + "/concepts", """{"concepts":[{"id":"walker"}]}""").OkAsync();
        await _portal
            .PostAsync(
                app + "/inputs",
                new
                {
                    inputs = new[]
                    {
                        new
                        {
                            id = "one",
                            data = new
                            {
                                image = new { base64 = Pictures.Any(1) },
                                concepts = new[] { new { id = "walker" } },
                                metadata = new { A = 1 },
                            },
                        },
                    },
                }
            )
            .OkAsync();
        await _portal
            .PostAsync(
                app + "/models",
                """{"model":{"id":"high","model_type_id":"concept-thresholder","output_info":{"data":{"concepts":[{"id":"walker","value":0.9}]},"params":{"concept_threshold_type":"GREATER_THAN"}}}}"""
            )
            .OkAsync();

        using var answer = await _portal.Client.GetAsync(
            "/v2/" + asked.Replace("{app}", app, StringComparison.Ordinal),
            Ct
        );
        Assert.Equal(status, answer.StatusCode);
        var document = await DocumentAsync();
        var response = document["paths"]![path]![method.ToLowerInvariant()]!["responses"]![
            answer.IsSuccessStatusCode ? "200" : "default"
        ]!;
        var schema = Resolve(document, response)["content"]!["application/json"]!["schema"]!;
        var problems = new List<string>();
        Compare(document, schema, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct)), "$", problems);
        Assert.Empty(problems);
    }

    [Fact]
    public async Task Every_operation_says_what_lets_one_in()
    {
        var document = await DocumentAsync();
        var schemes = document["components"]!["securitySchemes"]!;
        Assert.Equal("Authorization", (string?)schemes["Key"]!["name"]);
        Assert.Equal("header", (string?)schemes["Key"]!["in"]);
        Assert.Equal("portal", (string?)schemes["Session"]!["name"]);
        Assert.Equal("cookie", (string?)schemes["Session"]!["in"]);
        Assert.Equal("X-Requested-With", (string?)schemes["SessionChange"]!["name"]);
        var operations = Operations(document).ToDictionary(o => o.Name);
        foreach (var (name, endpoint) in EndpointList.Of(_portal.Get<EndpointDataSource>()))
        {
            if (operations.TryGetValue(name, out var operation))
            {
                var ways = operation.Json["security"]!
                    .AsArray()
                    .Select(way => string.Join('+', way!.AsObject().Select(scheme => scheme.Key)));
                Assert.Equal(
                    endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null ? [""]
                        : name.StartsWith("GET", StringComparison.Ordinal) ? ["Key", "Session"]
                        : ["Key", "Session+SessionChange"],
                    ways
                );
            }
        }
    }

    [Fact]
    public async Task The_page_loads_nothing_of_other_hosts_and_only_its_own_script_is_inline()
    {
        using var browser = await _portal.BrowserAsync();
        using var answer = await browser.GetAsync("/api-docs", Ct);
        var html = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("openapi/v2.json", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)(https?:)?//[a-z0-9-]+\\.[a-z]", html);
        Assert.Contains(
            "\"withDefaultFonts\":false",
            html.Replace(" ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "\"telemetry\":false",
            html.Replace(" ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        var nonce = Regex.Match(policy, "script-src 'self' 'nonce-(\\w{32})';").Groups[1].Value;
        Assert.NotEmpty(nonce);
        Assert.Contains("connect-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("font-src 'self';", policy, StringComparison.Ordinal);
        Assert.All(
            Regex.Matches(html, "<script[^>]*>"),
            script => Assert.Contains($"nonce=\"{nonce}\"", script.Value, StringComparison.Ordinal)
        );
        using var again = await browser.GetAsync("/api-docs", Ct);
        Assert.DoesNotContain(
            nonce,
            again.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
        foreach (var script in (string[])["scalar.js", "scalar.aspnetcore.js"])
        {
            using var file = await browser.GetAsync("/api-docs/" + script, Ct);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.DoesNotContain(
                "nonce",
                file.Headers.GetValues("Content-Security-Policy").Single(),
                StringComparison.Ordinal
            );
        }
    }

    private async Task<string> TextAsync() => await _portal.Client.GetStringAsync("/openapi/v2.json", Ct);

    private async Task<JsonNode> DocumentAsync() => JsonNode.Parse(await TextAsync())!;

    private static IReadOnlyList<Operation> Operations(JsonNode document) =>
        [
            .. from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            select new Operation($"{operation.Key.ToUpperInvariant()} {path.Key}", path.Key, operation.Value!),
        ];

    /// <summary>The records that endpoints take and answer, and all records in those.</summary>
    private HashSet<Type> WireTypes()
    {
        var found = new HashSet<Type>();
        var open = new Stack<Type>(
            from endpoint in EndpointList.Of(_portal.Get<EndpointDataSource>())
            where endpoint.Path.StartsWith("/v2/", StringComparison.Ordinal)
            from type in endpoint
                .Endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()
                .Select(produces => produces.Type)
                .Append(endpoint.Endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType)
            where type is not null
            select type
        );
        while (open.TryPop(out var type))
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type))
            {
                if (ApiJson.Options.GetTypeInfo(type).ElementType is { } element)
                {
                    open.Push(element);
                }
            }
            else if (ApiJson.Options.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object && found.Add(type))
            {
                foreach (var property in ApiJson.Options.GetTypeInfo(type).Properties)
                {
                    open.Push(property.PropertyType);
                }
            }
        }
        return found;
    }

    private static IEnumerable<string> PropertyNames(JsonNode? node) =>
        node switch
        {
            JsonObject item => (item["properties"] as JsonObject ?? [])
                .Select(property => property.Key)
                .Concat(item.SelectMany(child => PropertyNames(child.Value))),
            JsonArray items => items.SelectMany(PropertyNames),
            _ => [],
        };

    private static JsonNode Resolve(JsonNode document, JsonNode node) =>
        (string?)node["$ref"] is { } reference
            ? reference[2..].Split('/').Aggregate(document, (inner, step) => inner[step]!)
            : node;

    /// <summary>Names every property that the schema does not know, lacks or has with another type.</summary>
    private static void Compare(JsonNode document, JsonNode schema, JsonNode? value, string at, List<string> problems)
    {
        schema = Resolve(document, schema);
        var types = schema["type"] switch
        {
            JsonArray all => all.Select(type => (string?)type).ToList(),
            JsonValue one => [(string?)one],
            _ => null,
        };
        var type = value?.GetValueKind() switch
        {
            null => "null",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            var kind => kind.ToString()!.ToLowerInvariant(),
        };
        if (types?.Contains(type) == false && !(type == "number" && types.Contains("integer")))
        {
            problems.Add($"{at} is {type}, not {string.Join(" or ", types)}");
        }

        if (value is JsonArray items && schema["items"] is { } item)
        {
            for (var i = 0; i < items.Count; i++)
            {
                Compare(document, item, items[i], $"{at}[{i}]", problems);
            }
        }

        if (value is JsonObject record && schema["properties"] is JsonObject properties)
        {
            problems.AddRange(
                (schema["required"] as JsonArray ?? [])
                    .Where(name => !record.ContainsKey((string)name!))
                    .Select(name => $"{at}.{name} is missing")
            );
            foreach (var (name, inner) in record)
            {
                if (properties[name] is { } known)
                {
                    Compare(document, known, inner, $"{at}.{name}", problems);
                }
                else
                {
                    problems.Add($"{at}.{name} is not in the document");
                }
            }
        }
    }

    private sealed record Operation(string Name, string Path, JsonNode Json);
}
