using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images.Processes;

namespace Portal.Shared.Api;

/// <summary>The one place where a failure becomes an answer.</summary>
internal static partial class ApiErrors
{
    /// <summary>The HTTP status of a code.</summary>
    public static int HttpStatus(StatusCode code) =>
        code switch
        {
            StatusCode.Ok or StatusCode.Mixed => StatusCodes.Status200OK,
            StatusCode.InvalidKey or StatusCode.NotSignedIn => StatusCodes.Status401Unauthorized,
            StatusCode.InsufficientScopes or StatusCode.AnnotationPermissionDenied => StatusCodes.Status403Forbidden,
            StatusCode.DoesNotExist
            or StatusCode.ModelDoesNotExist
            or StatusCode.WorkflowDoesNotExist
            or StatusCode.InputDoesNotExist => StatusCodes.Status404NotFound,
            StatusCode.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
            StatusCode.DuplicateId or StatusCode.WorkflowDuplicate or StatusCode.InputDuplicate =>
                StatusCodes.Status409Conflict,
            StatusCode.TooManyRequests => StatusCodes.Status429TooManyRequests,
            StatusCode.Failure => StatusCodes.Status500InternalServerError,
            StatusCode.TryAgain => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status400BadRequest,
        };

    /// <summary>Wraps every endpoint of a group, so that what any of them throws leaves as an envelope.</summary>
    public static void AnswerErrors(this IEndpointConventionBuilder endpoints) =>
        endpoints.Finally(endpoint =>
        {
            var inner = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = async context =>
            {
                try
                {
                    await inner(context);
                }
                catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
                {
                    // Nobody is there to be answered.
                }
                // Whatever it is, a client gets an envelope; what nobody foresaw goes to the log.
#pragma warning disable CA1031
                catch (Exception e) when (!context.Response.HasStarted)
#pragma warning restore CA1031
                {
                    await AnswerAsync(context, ToPortalException(context, e));
                }
            };
        });

    public static Task AnswerAsync(HttpContext context, PortalException e)
    {
        context.Response.StatusCode = HttpStatus(e.Code);
        return context.Response.WriteAsJsonAsync(
            new ApiResponse { Status = ApiStatus.Of(e) with { ReqId = context.TraceIdentifier } },
            ApiJson.Options,
            context.RequestAborted
        );
    }

    private static PortalException ToPortalException(HttpContext context, Exception e)
    {
        switch (e)
        {
            case PortalException foreseen:
                return foreseen;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new PortalException(
                    StatusCode.InvalidRequest,
                    $"The request is larger than {ApiLimits.MaxBodyBytes / (1024 * 1024)} MB. Send fewer inputs at "
                        + $"once, or use inputs/upload, which has no such limit.",
                    inner: e
                );
            case BadHttpRequestException:
                return new PortalException(
                    StatusCode.MalformedRequest,
                    "The request could not be read: it broke off, or it is no valid HTTP.",
                    inner: e
                );
            case DecoderUnavailableException:
                return new PortalException(StatusCode.TryAgain, e.Message, inner: e);
            case var _ when StorageFault.Of(e) is { } fault:
                return fault;
            default:
                LogFault(
                    context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ApiErrors)),
                    context.TraceIdentifier,
                    e
                );
                return new PortalException(
                    StatusCode.Failure,
                    $"The portal hit a fault of its own. Its log says more under {context.TraceIdentifier}.",
                    inner: e
                );
        }
    }

    [LoggerMessage(LogLevel.Error, "Request {RequestId} hit a fault")]
    private static partial void LogFault(ILogger log, string requestId, Exception e);
}
