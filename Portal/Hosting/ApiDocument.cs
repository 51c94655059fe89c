using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Features.SignIn;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Hosting;

/// <summary>The description of the REST API, <c>/openapi/v2.json</c>, made of what its endpoints declare.</summary>
internal static partial class ApiDocument
{
    public const string Name = "v2";

    /// <summary>Set apart from the same endpoints under an app's full path.</summary>
    public const string ShortNames = "ByAppKey";

    public const string KeyScheme = "Key";
    public const string SessionScheme = "Session";

    /// <summary>With a session, requests that change something need a header beside the cookie.</summary>
    public const string ChangeScheme = "SessionChange";

    private const string Error = "Error";
    private const string ShortTag = " (short path)";
    private const string Json = "application/json";

    private const string Introduction = """
        Clarifai's v2 JSON. Every answer begins with `status`: its `code` is 10000 (all well), 10010 (part of a list
        failed, and each item has its own `status`), or says what is wrong; `details` says what to do about it. What is
        null is left out.

        Everything of an app is under `/v2/users/{user_id}/apps/{app_id}`; a key of one app can use the short paths under
        `/v2`, too.
        """;

    public static IServiceCollection AddApiDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => ApiJson.SetUp(json.SerializerOptions));
        return services.AddOpenApi(
            Name,
            options =>
            {
                options.ShouldInclude = endpoint => IsOfApi(endpoint.RelativePath) || IsProbe(endpoint.RelativePath);
                options.CreateSchemaReferenceId = type =>
                    OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } id ? Suffix().Replace(id, "") : null;
                options.AddSchemaTransformer(
                    (schema, context, _) =>
                    {
                        Describe(schema, context);
                        return Task.CompletedTask;
                    }
                );
                options.AddOperationTransformer(
                    (operation, context, _) =>
                    {
                        Describe(operation, context);
                        return Task.CompletedTask;
                    }
                );
                options.AddDocumentTransformer(
                    (document, _, _) =>
                    {
                        Describe(document);
                        return Task.CompletedTask;
                    }
                );
            }
        );
    }

    private static bool IsOfApi(string? path) => path?.StartsWith("v2/", StringComparison.Ordinal) == true;

    private static bool IsProbe(string? path) => path is "healthz" or "readyz";

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "AutoAnnotate Portal",
            Version = Name,
            Description = Introduction,
        };
        LeaveNullsOut(document);
        document.AddComponent(
            Error,
            new OpenApiResponse
            {
                Description = "The request was refused or failed; `status` says why.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [Json] = new OpenApiMediaType
                    {
                        Schema = new OpenApiSchemaReference(nameof(ApiResponse), document),
                    },
                },
            }
        );
        document.AddComponent<IOpenApiSecurityScheme>(
            KeyScheme,
            new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "Authorization",
                Description =
                    "`Key`, a space and an API key, as in `Key 0123456789abcdef`. Keys are made in an app's "
                    + "settings.",
            }
        );
        document.AddComponent<IOpenApiSecurityScheme>(
            SessionScheme,
            new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = SignInApi.CookieName,
                Description = "The cookie of a browser that is signed in. Over HTTPS its name begins with `__Host-`.",
            }
        );
        document.AddComponent<IOpenApiSecurityScheme>(
            ChangeScheme,
            new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = CrossSiteGuard.Header,
                Description = $"Always `{CrossSiteGuard.Value}`: with a session, what changes something needs it.",
            }
        );
        var tags = document
            .Paths.Values.SelectMany(path => path.Operations!.Values)
            .SelectMany(operation => operation.Tags!)
            .Select(tag => tag.Reference.Id!)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        document.Tags = tags.Select(tag => new OpenApiTag { Name = tag }).ToHashSet();
        document.Extensions = new Dictionary<string, IOpenApiExtension>
        {
            ["x-tagGroups"] = new JsonNodeExtension(
                new JsonArray(
                    Group("Endpoints", tags.Where(tag => !IsShort(tag))),
                    Group("Short paths, for a key of one app", tags.Where(IsShort))
                )
            ),
        };

        static bool IsShort(string tag) => tag.EndsWith(ShortTag, StringComparison.Ordinal);

        static JsonObject Group(string name, IEnumerable<string> tags) =>
            new() { ["name"] = name, ["tags"] = new JsonArray([.. tags.Select(tag => JsonValue.Create(tag))]) };
    }

    /// <summary>Answers leave out what is null, and in a request null counts as left out.</summary>
    private static void LeaveNullsOut(OpenApiDocument document)
    {
        foreach (var properties in document.Components!.Schemas!.Values.Select(schema => schema.Properties))
        {
            foreach (var (name, property) in properties?.ToList() ?? [])
            {
                if (property.OneOf is [{ Type: JsonSchemaType.Null }, var only])
                {
                    properties![name] = only;
                }
                else if (property is OpenApiSchema { Type: { } type } own)
                {
                    own.Type = type & ~JsonSchemaType.Null;
                }
            }
        }
    }

    private static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var path = context.Description.RelativePath ?? "";
        var declared = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters =
        [
            .. PathParameter().Matches(path).Select(match => PathField(match.Groups[1].Value)),
            .. declared.OfType<QueryField>().Select(QueryParameter),
        ];
        // Any content type is taken for JSON, which is how it is meant to be sent.
        operation.RequestBody?.Content?.Remove("*/*");
        if (declared.OfType<StreamedBody>().FirstOrDefault() is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [body.ContentType] = new OpenApiMediaType { Schema = body.Schema() },
                },
            };
        }

        if (IsOfApi(path))
        {
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponseReference(Error, context.Document);
        }

        operation.Security = Security(declared, context);
        if (Audience(declared) is { } audience)
        {
            operation.Description = operation.Description is { } said ? $"{said} {audience}" : audience;
        }

        if (declared.OfType<EndpointNameMetadata>().Last().EndpointName.EndsWith(ShortNames, StringComparison.Ordinal))
        {
            operation.Tags = operation
                .Tags?.Select(tag => new OpenApiTagReference(tag.Reference.Id + ShortTag, context.Document))
                .ToHashSet();
        }
    }

    private static OpenApiParameter PathField(string name) =>
        new()
        {
            Name = name,
            In = ParameterLocation.Path,
            Required = true,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            Example = name == "user_id" ? "me" : null,
            Description = name switch
            {
                "user_id" => "The user whose app it is; `me` is the caller",
                "other_id" => "The dataset to compare with",
                "upload_id" => "32 hexadecimal digits of your own choice",
                _ => $"The {name.Replace("_id", "", StringComparison.Ordinal)}'s ID",
            },
        };

    private static OpenApiParameter QueryParameter(QueryField field) =>
        new()
        {
            Name = field.Name,
            In = ParameterLocation.Query,
            Description = field.Description,
            Schema = field.Schema(),
        };

    private static IList<OpenApiSecurityRequirement> Security(
        IEnumerable<object> declared,
        OpenApiOperationTransformerContext context
    )
    {
        if (declared.Any(item => item is IAllowAnonymous))
        {
            return
            [
                [],
            ];
        }

        return string.Equals(context.Description.HttpMethod, HttpMethods.Get, StringComparison.OrdinalIgnoreCase)
            ? [Scheme(KeyScheme), Scheme(SessionScheme)]
            : [Scheme(KeyScheme), Scheme(SessionScheme, ChangeScheme)];

        OpenApiSecurityRequirement Scheme(params string[] names)
        {
            var all = new OpenApiSecurityRequirement();
            foreach (var name in names)
            {
                all[new OpenApiSecuritySchemeReference(name, context.Document)] = [];
            }

            return all;
        }
    }

    private static string? Audience(IEnumerable<object> declared) =>
        declared
            .Select(item =>
                item switch
                {
                    NeedsAttribute needs => $"Least role: {needs.Permission.LeastRole().Word()}.",
                    SiteOwnerAttribute => "For the owner of the portal.",
                    _ => null,
                }
            )
            .FirstOrDefault(text => text is not null);

    private static void Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (context.JsonPropertyInfo?.CustomConverter is ConceptValueConverter)
        {
            schema.Type = JsonSchemaType.Number | JsonSchemaType.Boolean | JsonSchemaType.Null;
        }
        else if (context.JsonPropertyInfo?.CustomConverter is ImageBytesConverter)
        {
            schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "byte";
        }
        else if (type == typeof(StatusCode))
        {
            schema.Type = JsonSchemaType.Integer;
            schema.Description = "A number in answers; a request may give its name, as in `ANNOTATION_SUCCESS`.";
        }
        else if (type == typeof(JsonObject))
        {
            schema.Type = JsonSchemaType.Object;
            schema.Description = "JSON of your own making.";
        }
        // Numbers are read from strings as well, and always written as numbers.
        else if (schema.Type is { } types && (types & (JsonSchemaType.Integer | JsonSchemaType.Number)) != 0)
        {
            schema.Type = types & ~JsonSchemaType.String;
            schema.Pattern = null;
        }

        // What is null is left out.
        schema.Required?.ExceptWith(
            context.JsonTypeInfo.Properties.Where(property => property.IsGetNullable).Select(property => property.Name)
        );
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameter();

    /// <summary>Ours for a type of what is sent, which says nothing to others.</summary>
    [GeneratedRegex("Dto$")]
    private static partial Regex Suffix();
}
