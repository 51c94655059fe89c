using Portal.Tests.Support;

namespace Portal.Tests.Fuzzing;

/// <summary>A valid body for every endpoint that reads JSON, by the end of its path: what is mutated.</summary>
internal static class SampleRequests
{
    private const string Workflow = """
        {"id":"sorted","nodes":[{"id":"classify","model":{"id":"colours"}},{"id":"sure","model":{"id":"sure"},"node_inputs":[{"node_id":"classify"}]},
        {"id":"write","model":{"id":"writer"},"node_inputs":[{"node_id":"sure"}]}]}
        """;

    private const string Search = """
        {"searches":[{"query":{"filters":[{"annotation":{"data":{"concepts":[{"id":"red","value":1}]},"status":{"code":24150},"user_ids":["owner"]},"negate":false}],
        "ranks":[{"annotation":{"input_id":"picture"}}]}}],"pagination":{"page":1,"per_page":10}}
        """;

    private const string OldSearch = """
        {"query":{"ands":[{"input":{"data":{"concepts":[{"id":"red","value":1}],"metadata":{"a":1}}}},{"output":{"input":{"id":"picture","data":{"image":{"base64":"iVBORw0KGgo="}}}}}]}}
        """;

    private const string Predict = """{"inputs":[{"id":"picture"},{"data":{"image":{"base64":"PICTURE"}}}]}""";

    private static readonly Dictionary<string, string[]> ByEndpoint = new()
    {
        ["POST /apps"] = ["""{"apps":[{"id":"another","name":"Another","description":"One more"}]}"""],
        ["PATCH /apps"] =
        [
            """{"action":"overwrite","apps":[{"id":"APP","name":"Fuzz","description":"","default_workflow_id":"auto"}]}""",
        ],
        ["POST /concepts"] =
        [
            """{"concepts":[{"id":"green","name":"Green","color":"#00aa00","hotkey":"g"},{"name":"White"}]}""",
        ],
        ["PATCH /concepts"] =
        [
            """{"action":"overwrite","concepts":[{"id":"red","name":"Red","color":"#aa0000","hotkey":"r"}]}""",
        ],
        ["DELETE /concepts"] = ["""{"ids":["spare","ghost"]}"""],
        ["POST /concepts/searches"] = ["""{"concept_query":{"name":"r*"}}"""],
        ["POST /inputs"] =
        [
            """{"inputs":[{"id":"new","data":{"image":{"base64":"PICTURE","file_name":"a.png"},"concepts":[{"id":"red","value":1}],"metadata":{"a":{"b":[1,2]}}}}]}""",
        ],
        ["PATCH /inputs"] =
        [
            """{"action":"merge","inputs":[{"id":"picture","data":{"concepts":[{"id":"blue","value":0}],"metadata":{"a":{"b":2},"c":null}}}]}""",
        ],
        ["DELETE /inputs"] = ["""{"ids":["spare","ghost"],"delete_all":false}"""],
        ["POST /inputs/uploads/{upload_id}"] =
        [
            """{"inputs":[{"id":"large","data":{"image":{"file_name":"b.png"},"concepts":[{"id":"red"}],"metadata":{"a":1}}}]}""",
        ],
        ["POST /inputs/searches"] = [Search, OldSearch],
        ["POST /searches"] = [OldSearch, Search],
        ["POST /annotations/searches"] = [Search],
        ["POST /annotations"] =
        [
            """{"annotations":[{"id":"said","input_id":"picture","user_id":"owner","origin":"import","status":{"code":24151},"data":{"concepts":[{"id":"blue","value":1,"score":0.7}]},"annotation_info":{"a":1}}]}""",
        ],
        ["PATCH /annotations"] =
        [
            """{"action":"overwrite","annotations":[{"id":"tag","input_id":"picture","status":{"code":"ANNOTATION_SUCCESS"},"data":{"concepts":[{"id":"red","value":0}]}}]}""",
        ],
        ["DELETE /annotations"] = ["""{"ids":["said","ghost"]}"""],
        ["POST /decisions"] =
        [
            """{"batch_id":"one","decisions":[{"client_id":"c1","input_id":"picture","concept_id":"red","value":1,"annotation_id":"tag","sampling_method":"random","seen":0}]}""",
        ],
        ["POST /decisions/undo"] = ["""{"batch_id":"one"}"""],
        ["POST /work-batches/review"] =
        [
            """{"holder":"page","concept_id":"red","order":"highest_confidence","except":["picture"],"take":5}""",
        ],
        ["POST /work-batches/label"] =
        [
            """{"holder":"page","concept_id":"red","order":"nearest","near":["picture"],"except":["other"],"take":5}""",
            """{"holder":"page","order":"most_informative","except":[]}""",
        ],
        ["POST /work-batches/renew"] = ["""{"holder":"page"}"""],
        ["POST /work-batches/release"] = ["""{"holder":"page","input_ids":["picture"]}"""],
        ["POST /models"] =
        [
            """{"model":{"id":"again","name":"Again","output_info":{"data":{"concepts":[{"id":"red"},{"id":"blue"}]}}}}""",
            """{"models":[{"id":"t2","model_type_id":"concept-thresholder","output_info":{"data":{"concepts":[{"id":"red","value":0.8}]},"params":{"concept_threshold_type":"GREATER_THAN"}}}]}""",
            """{"models":[{"id":"w2","model_type_id":"annotation-writer","output_info":{"params":{"annotation_status":"ANNOTATION_PENDING","annotation_user_id":"owner"}}}]}""",
            """{"models":[{"id":"f2","model_type_id":"input-filter","output_info":{"params":{"field":"metadata","key":"a","operator":"equals","value":1,"share":0.5}}}]}""",
        ],
        ["PATCH /models"] =
        [
            """{"action":"overwrite","models":[{"id":"sure","name":"Sure","output_info":{"data":{"concepts":[{"id":"red","value":0.9}]},"params":{"concept_threshold_type":"GREATER_THAN"}}}]}""",
        ],
        ["DELETE /models"] = ["""{"ids":["ghost"]}"""],
        ["POST /models/searches"] =
        [
            """{"model_query":{"name":"c*","type":"concept","model_type_id":"embedding-classifier"}}""",
        ],
        ["POST /models/{model_id}/versions"] = ["{}"],
        ["POST /models/{model_id}/outputs"] = [Predict],
        ["POST /models/{model_id}/versions/{version_id}/outputs"] = [Predict],
        ["POST /workflows"] = [$$"""{"workflows":[{{Workflow}}]}"""],
        ["PATCH /workflows"] =
        [
            $$"""{"action":"overwrite","workflows":[{{Workflow.Replace("sorted", "auto", StringComparison.Ordinal)}}]}""",
        ],
        ["DELETE /workflows"] = ["""{"ids":["ghost"]}"""],
        ["POST /workflows/{workflow_id}/backfill"] = ["""{"workflow_version_id":"1"}"""],
        ["POST /workflows/{workflow_id}/results"] = [Predict],
        ["POST /workflows/{workflow_id}/versions/{version_id}/results"] = [Predict],
        ["POST /exports"] = ["""{"format":"coco","with_pictures":false,"filter":"?concept=red&status=success"}"""],
        ["POST /imports/{import_id}/start"] =
        [
            """{"name":"labels.csv","format":"csv","labels":{"cat":"red","dog":""}}""",
        ],
        ["POST /datasets"] =
        [
            """{"name":"Again","filter":"?concept=red&status=success&min=0.2&from=2026-01-01&meta=a:1&q=red"}""",
        ],
        ["POST /datasets/{dataset_id}/exports"] = ["""{"format":"jsonl","with_pictures":true}"""],
    };

    /// <summary>Bodies for an endpoint, or none if it reads no JSON.</summary>
    public static IReadOnlyList<string> For(NamedEndpoint endpoint) =>
        ByEndpoint.GetValueOrDefault($"{endpoint.Method} {Rest(endpoint.Path)}", []);

    public static string Fill(string body, string app) =>
        body.Replace("PICTURE", Drawings.Base64(Drawings.Red(7)), StringComparison.Ordinal)
            .Replace("APP", app, StringComparison.Ordinal);

    private static string Rest(string path)
    {
        foreach (var start in new[] { "/v2/users/{user_id}/apps/{app_id}", "/v2/users/{user_id}", "/v2" })
        {
            if (path.StartsWith(start + "/", StringComparison.Ordinal))
            {
                return path[start.Length..];
            }
        }
        return path;
    }
}
