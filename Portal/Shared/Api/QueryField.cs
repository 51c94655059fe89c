using Microsoft.OpenApi;

namespace Portal.Shared.Api;

/// <summary>A field of an endpoint's query string, made by <see cref="ApiQuery"/>.</summary>
internal abstract class QueryField(string name, string description, Func<OpenApiSchema> schema)
{
    public string Name => name;
    public string Description => description;

    public OpenApiSchema Schema() => schema();
}

internal sealed class QueryField<T>(string name, string description, Func<OpenApiSchema> schema, Func<string?, T> parse)
    : QueryField(name, description, schema)
{
    /// <exception cref="InvalidOperationException">The endpoint reads a field without declaring it.</exception>
    public T Read(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetOrderedMetadata<QueryField>().Contains(this) == true
            ? parse(context.Request.Query[Name])
            : throw new InvalidOperationException($"{context.GetEndpoint()?.DisplayName} declares no '{Name}'.");
}
