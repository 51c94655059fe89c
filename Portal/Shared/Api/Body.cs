using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Portal.Core.Domain.Errors;

namespace Portal.Shared.Api;

/// <summary>
/// A request's JSON body, read whatever content type it is sent with: clients send empty bodies as forms. An empty body
/// is an empty <typeparamref name="T"/>.
/// </summary>
internal sealed class Body<T>(T value) : IEndpointParameterMetadataProvider
    where T : new()
{
    public T Value => value;

    public static async ValueTask<Body<T>> BindAsync(HttpContext context)
    {
        try
        {
            if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            {
                return new Body<T>(new T());
            }

            return new Body<T>(
                await JsonSerializer.DeserializeAsync<T>(context.Request.Body, ApiJson.Options, context.RequestAborted)
                    ?? new T()
            );
        }
        catch (JsonException e)
        {
            throw Explain(e);
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json", "*/*"], typeof(T), isOptional: true));

    private static PortalException Explain(JsonException e)
    {
        var place = $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
        if (e is ApiFormatException)
        {
            return new PortalException(StatusCode.InvalidRequest, $"'{Field(e)}' {e.Message} ({place})", Field(e), e);
        }
        // The serializer's own reader tells syntax apart from types by wrapping its exception.
        return e.InnerException is JsonException || e.Path is null
            ? new PortalException(
                StatusCode.MalformedRequest,
                $"The request body is not valid JSON at {place}. Check commas, quotes and brackets there.",
                inner: e
            )
            : new PortalException(
                StatusCode.InvalidRequest,
                $"'{Field(e)}' has a value of the wrong type ({place}). Check the field's type in /openapi/v2.json.",
                Field(e),
                e
            );
    }

    /// <summary><c>$.inputs[0].id</c> is said as <c>inputs[0].id</c>.</summary>
    private static string Field(JsonException e) => e.Path is { Length: > 2 } path ? Text.Shown(path[2..]) : "the body";
}
