using Microsoft.OpenApi;

namespace Portal.Shared.Api;

/// <summary>What endpoints say of themselves for the API's description.</summary>
internal static class ApiDescription
{
    /// <param name="name">Unique; Clarifai's where it has the endpoint, too.</param>
    /// <param name="summary">What it does, as in "List the app's inputs".</param>
    public static TBuilder Named<TBuilder>(
        this TBuilder endpoint,
        string name,
        string summary,
        string? description = null
    )
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.WithName(name).WithSummary(summary);
        return description is null ? endpoint : endpoint.WithDescription(description);
    }

    /// <summary>Keeps the names apart of endpoints that stand under two paths.</summary>
    public static void NameApart(this IEndpointConventionBuilder endpoints, string suffix) =>
        endpoints.Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<IEndpointNameMetadata>().LastOrDefault() is { EndpointName: var name })
            {
                endpoint.Metadata.Add(new EndpointNameMetadata(name + suffix));
                endpoint.Metadata.Add(new RouteNameMetadata(name + suffix));
            }
        });

    /// <summary>A body that the endpoint reads as bytes.</summary>
    public static TBuilder TakesBytes<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new StreamedBody("application/octet-stream", Bytes));

    /// <summary>A form that the endpoint reads part by part.</summary>
    /// <param name="fields">The text fields and what each means; the file follows them.</param>
    public static TBuilder TakesForm<TBuilder>(this TBuilder endpoint, params (string Name, string Meaning)[] fields)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(
            new StreamedBody(
                "multipart/form-data",
                () =>
                    new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string> { "file" },
                        Properties = fields
                            .Select(field =>
                                KeyValuePair.Create<string, IOpenApiSchema>(
                                    field.Name,
                                    new OpenApiSchema { Type = JsonSchemaType.String, Description = field.Meaning }
                                )
                            )
                            .Append(KeyValuePair.Create<string, IOpenApiSchema>("file", Bytes()))
                            .ToDictionary(),
                    }
            )
        );

    private static OpenApiSchema Bytes() => new() { Type = JsonSchemaType.String, Format = "binary" };
}

/// <summary>A body that is not JSON and that routing does not ask for.</summary>
internal sealed record StreamedBody(string ContentType, Func<OpenApiSchema> Schema);
