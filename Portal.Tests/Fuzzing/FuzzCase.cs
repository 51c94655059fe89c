using System.Net.Http.Headers;
using System.Text;

namespace Portal.Tests.Fuzzing;

/// <summary>One request, made from a seed.</summary>
internal sealed record FuzzCase(
    int Seed,
    HttpMethod Method,
    string Path,
    byte[]? Body = null,
    string ContentType = "application/json"
)
{
    private const int ShownBytes = 600;

    public HttpRequestMessage ToRequest()
    {
        var request = new HttpRequestMessage(Method, Path);
        if (Body is null)
        {
            return request;
        }

        request.Content = new ByteArrayContent(Body);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        return request;
    }

    /// <summary>Enough to send it again.</summary>
    public override string ToString()
    {
        var shown = Body is null
            ? ""
            : $" {ContentType}, {Body.Length} bytes: "
                + $"{Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, ShownBytes)))}";
        return $"PORTAL_FUZZ_SEED={Seed} PORTAL_FUZZ_CASES=1: {Method} "
            + $"{(Path.Length > ShownBytes ? Path[..ShownBytes] + "…" : Path)}{shown}";
    }
}
