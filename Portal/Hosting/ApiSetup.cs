using System.Net.Mime;
using Microsoft.AspNetCore.Mvc;
using Portal.Core.Domain.Errors;
using Portal.Core.Services.Storage;
using Portal.Features.Annotations;
using Portal.Features.Apps;
using Portal.Features.Audit;
using Portal.Features.Concepts;
using Portal.Features.Datasets;
using Portal.Features.Evaluation;
using Portal.Features.Exchange;
using Portal.Features.Explorer;
using Portal.Features.Inputs;
using Portal.Features.Jobs;
using Portal.Features.Models;
using Portal.Features.Review;
using Portal.Features.Upload;
using Portal.Features.Videos;
using Portal.Features.Workflows;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Hosting;

/// <summary>The REST API: which endpoints there are, and what they have in common.</summary>
public static class ApiSetup
{
    public static IServiceCollection AddPortalApi(this IServiceCollection services)
    {
        services
            .AddHttpContextAccessor()
            .AddSingleton<ImageSource>()
            .AddSingleton<PictureSource>()
            .AddSingleton<SearchReader>()
            .AddSingleton<InputWriter>()
            .AddSingleton<InputIntake>()
            .AddSingleton<ModelWriter>();
        return services.AddApiDocument();
    }

    public static void MapPortalApi(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        routes.MapApiReference();
        routes
            .MapGet(
                "/readyz",
                async (StorageProbe storage, CancellationToken ct) =>
                    await storage.WhyNotReadyAsync(ct) is { } reason
                        ? Results.Text($"not ready: {reason}", statusCode: StatusCodes.Status503ServiceUnavailable)
                        : Results.Text("ready")
            )
            .AllowAnonymous()
            .Named("GetReadiness", "Tell whether the portal can take requests", "Otherwise the answer says why not.")
            .Produces<string>(StatusCodes.Status200OK, MediaTypeNames.Text.Plain)
            .Produces<string>(StatusCodes.Status503ServiceUnavailable, MediaTypeNames.Text.Plain)
            .WithTags("Health");

        var root = routes.MapGroup("/v2").AddEndpointFilter(AnswerAsync);
        root.WithMetadata(new RequestSizeLimitAttribute(ApiLimits.MaxBodyBytes));
        root.AnswerErrors();
        root.MapApps();
        // An app's endpoints stand twice: under the app's full path, and under /v2 itself for a key that belongs to one
        // app.
        MapApp(root.MapGroup("/users/{user_id}/apps/{app_id}"));
        var byKey = root.MapGroup("");
        byKey.NameApart(ApiDocument.ShortNames);
        MapApp(byKey);
        root.Map("/{**rest}", UnknownPath.Answer).NeedsSignIn().ExcludeFromDescription();
    }

    private static void MapApp(RouteGroupBuilder app)
    {
        app.MapConcepts();
        app.MapInputs();
        app.MapInputUpload();
        app.MapVideos();
        app.MapUploadParts();
        app.MapExchange();
        app.MapSearches();
        app.MapAnnotations();
        app.MapDecisions();
        app.MapWorkBatches();
        app.MapModels();
        app.MapEvaluations();
        app.MapModelOutputs();
        app.MapWorkflows();
        app.MapWorkflowResults();
        app.MapJobs();
        app.MapDatasets();
        app.MapAudit();
    }

    private static async ValueTask<object?> AnswerAsync(
        EndpointFilterInvocationContext call,
        EndpointFilterDelegate next
    )
    {
        if (await next(call) is not ApiResponse response)
        {
            throw new InvalidOperationException("An endpoint of the API answers an ApiResponse.");
        }

        var status = response.Status with { ReqId = call.HttpContext.TraceIdentifier };
        return TypedResults.Json<object>(
            response with
            {
                Status = status,
            },
            ApiJson.Options,
            statusCode: ApiErrors.HttpStatus(status.Code ?? StatusCode.Ok)
        );
    }
}
