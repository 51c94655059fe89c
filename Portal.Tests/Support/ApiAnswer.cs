using System.Net;
using System.Text.Json;

namespace Portal.Tests.Support;

/// <summary>An answer of the REST API.</summary>
public sealed record ApiAnswer(HttpStatusCode Http, JsonElement Body)
{
    public int Code => Status.GetProperty("code").GetInt32();
    public JsonElement Status => Body.GetProperty("status");
    public string Details => Status.TryGetProperty("details", out var details) ? details.GetString()! : "";

    public JsonElement this[string property] => Body.GetProperty(property);
}
