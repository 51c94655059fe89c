using Portal.Core.Domain.Users;

namespace Portal.Tests.Members;

/// <summary>
/// Who may ask what: written down here by hand, and compared with what the running portal has and does.
/// </summary>
internal static class AccessTable
{
    /// <summary>Below an app's path in the REST API, and below <c>/v2</c> for a key of one app.</summary>
    public static readonly Dictionary<string, Role> OfApps = new()
    {
        ["GET /concepts"] = Role.Viewer,
        ["POST /concepts"] = Role.Manager,
        ["PATCH /concepts"] = Role.Manager,
        ["DELETE /concepts"] = Role.Manager,
        ["POST /concepts/searches"] = Role.Viewer,
        ["GET /concepts/{concept_id}"] = Role.Viewer,
        ["DELETE /concepts/{concept_id}"] = Role.Manager,
        ["GET /inputs"] = Role.Viewer,
        ["POST /inputs"] = Role.Manager,
        ["PATCH /inputs"] = Role.Annotator,
        ["DELETE /inputs"] = Role.Manager,
        ["GET /inputs/status"] = Role.Viewer,
        ["GET /inputs/{input_id}"] = Role.Viewer,
        ["DELETE /inputs/{input_id}"] = Role.Manager,
        ["POST /inputs/upload"] = Role.Manager,
        ["GET /inputs/uploads/{upload_id}"] = Role.Manager,
        ["PUT /inputs/uploads/{upload_id}"] = Role.Manager,
        ["POST /inputs/uploads/{upload_id}"] = Role.Manager,
        ["POST /exports"] = Role.Manager,
        ["POST /imports"] = Role.Manager,
        ["GET /imports/{import_id}"] = Role.Manager,
        ["POST /imports/{import_id}/start"] = Role.Manager,
        ["POST /inputs/searches"] = Role.Viewer,
        ["POST /searches"] = Role.Viewer,
        ["POST /annotations/searches"] = Role.Viewer,
        ["GET /annotations"] = Role.Viewer,
        ["POST /annotations"] = Role.Annotator,
        ["PATCH /annotations"] = Role.Annotator,
        ["DELETE /annotations"] = Role.Reviewer,
        ["GET /inputs/{input_id}/annotations"] = Role.Viewer,
        ["GET /inputs/{input_id}/annotations/{annotation_id}"] = Role.Viewer,
        ["DELETE /inputs/{input_id}/annotations/{annotation_id}"] = Role.Reviewer,
        ["POST /decisions"] = Role.Annotator,
        ["POST /decisions/undo"] = Role.Annotator,
        ["POST /work-batches/review"] = Role.Reviewer,
        ["POST /work-batches/label"] = Role.Annotator,
        ["POST /work-batches/renew"] = Role.Annotator,
        ["POST /work-batches/release"] = Role.Annotator,
        ["GET /models"] = Role.Viewer,
        ["POST /models"] = Role.Manager,
        ["PATCH /models"] = Role.Manager,
        ["DELETE /models"] = Role.Manager,
        ["POST /models/searches"] = Role.Viewer,
        ["GET /models/{model_id}"] = Role.Viewer,
        ["GET /models/{model_id}/output_info"] = Role.Viewer,
        ["DELETE /models/{model_id}"] = Role.Manager,
        ["GET /models/{model_id}/versions"] = Role.Viewer,
        ["POST /models/{model_id}/versions"] = Role.Manager,
        ["GET /models/{model_id}/versions/{version_id}"] = Role.Viewer,
        ["GET /models/{model_id}/versions/{version_id}/output_info"] = Role.Viewer,
        ["GET /models/{model_id}/versions/{version_id}/evaluation"] = Role.Viewer,
        ["POST /models/{model_id}/versions/{version_id}/evaluation"] = Role.Manager,
        ["POST /models/{model_id}/outputs"] = Role.Viewer,
        ["POST /models/{model_id}/versions/{version_id}/outputs"] = Role.Viewer,
        ["GET /workflows"] = Role.Viewer,
        ["POST /workflows"] = Role.Manager,
        ["PATCH /workflows"] = Role.Manager,
        ["DELETE /workflows"] = Role.Manager,
        ["GET /workflows/{workflow_id}"] = Role.Viewer,
        ["DELETE /workflows/{workflow_id}"] = Role.Manager,
        ["GET /workflows/{workflow_id}/versions"] = Role.Viewer,
        ["GET /workflows/{workflow_id}/versions/{version_id}"] = Role.Viewer,
        ["POST /workflows/{workflow_id}/backfill"] = Role.Manager,
        ["POST /workflows/{workflow_id}/results"] = Role.Viewer,
        ["POST /workflows/{workflow_id}/versions/{version_id}/results"] = Role.Viewer,
        ["GET /jobs"] = Role.Viewer,
        ["GET /jobs/{job_id}"] = Role.Viewer,
        ["POST /jobs/{job_id}/cancel"] = Role.Manager,
        ["POST /jobs/{job_id}/pause"] = Role.Manager,
        ["POST /jobs/{job_id}/resume"] = Role.Manager,
        ["GET /videos"] = Role.Viewer,
        ["GET /videos/{video_id}"] = Role.Viewer,
        ["DELETE /videos/{video_id}"] = Role.Manager,
        ["GET /datasets"] = Role.Viewer,
        ["POST /datasets"] = Role.Manager,
        ["GET /datasets/{dataset_id}"] = Role.Viewer,
        ["DELETE /datasets/{dataset_id}"] = Role.Manager,
        ["GET /datasets/{dataset_id}/diff/{other_id}"] = Role.Viewer,
        ["POST /datasets/{dataset_id}/exports"] = Role.Manager,
        ["GET /audit"] = Role.Manager,
    };

    /// <summary>Apps themselves, under the full path only.</summary>
    public static readonly Dictionary<string, Role> Apps = new()
    {
        ["GET /v2/users/{user_id}/apps/{app_id}"] = Role.Viewer,
        ["DELETE /v2/users/{user_id}/apps/{app_id}"] = Role.Owner,
    };

    /// <summary>Pictures and files, for browsers.</summary>
    public static readonly Dictionary<string, Role> Media = new()
    {
        ["GET /media/{user_id}/{app_id}/{input_id}/{rendition}"] = Role.Viewer,
        ["GET /media/{user_id}/{app_id}/jobs/{job_id}/file"] = Role.Manager,
        ["GET /media/{user_id}/{app_id}/watched/report"] = Role.Manager,
        ["GET /media/{user_id}/{app_id}/videos/{video_id}/original"] = Role.Viewer,
        ["GET /media/{user_id}/{app_id}/activity.{format}"] = Role.Manager,
    };

    /// <summary>Below <c>/apps/{UserId}/{AppId}/</c>.</summary>
    public static readonly Dictionary<string, Role> Pages = new()
    {
        ["explorer"] = Role.Viewer,
        ["inputs/{InputId}"] = Role.Viewer,
        ["videos"] = Role.Viewer,
        ["videos/{VideoId}"] = Role.Viewer,
        ["duplicates"] = Role.Viewer,
        ["upload"] = Role.Manager,
        ["label"] = Role.Annotator,
        ["review"] = Role.Reviewer,
        ["concepts"] = Role.Viewer,
        ["models"] = Role.Viewer,
        ["models/new"] = Role.Manager,
        ["models/{ModelId}"] = Role.Viewer,
        ["models/{ModelId}/versions/{VersionId}/evaluation"] = Role.Viewer,
        ["workflows"] = Role.Viewer,
        ["workflows/new"] = Role.Manager,
        ["workflows/{WorkflowId}"] = Role.Viewer,
        ["runs/{InputId}/{WorkflowVersionId}"] = Role.Viewer,
        ["exchange"] = Role.Manager,
        ["datasets/{From}/{To}"] = Role.Viewer,
        ["jobs"] = Role.Viewer,
        ["activity"] = Role.Manager,
        ["settings"] = Role.Viewer,
    };

    /// <summary>What is about no app in its path.</summary>
    public static readonly Dictionary<string, Audience> Others = new()
    {
        ["GET /healthz"] = Audience.Everybody,
        ["GET /readyz"] = Audience.Everybody,
        ["GET /openapi/{documentName}.json"] = Audience.Everybody,
        ["GET /api-docs/{documentName?}"] = Audience.SignedIn,
        ["GET /api-docs/scalar.js"] = Audience.Everybody,
        ["GET /api-docs/scalar.aspnetcore.js"] = Audience.Everybody,
        ["GET /api-docs/favicon.svg"] = Audience.Everybody,
        ["GET /sign-in"] = Audience.Everybody,
        ["POST /sign-in"] = Audience.Everybody,
        ["POST /sign-in/password"] = Audience.Everybody,
        ["POST /sign-in/code"] = Audience.Everybody,
        ["POST /sign-out"] = Audience.SignedIn,
        ["GET /invitation"] = Audience.Everybody,
        ["POST /invitation"] = Audience.Everybody,
        ["GET /v2/users/{user_id}/apps"] = Audience.SignedIn,
        ["POST /v2/users/{user_id}/apps"] = Audience.SiteOwner,
        ["PATCH /v2/users/{user_id}/apps"] = Audience.SignedIn,
        ["ANY /v2/{**rest}"] = Audience.SignedIn,
        ["GET /"] = Audience.SignedIn,
        ["GET /not-found"] = Audience.SignedIn,
        ["GET /account"] = Audience.SignedIn,
        ["GET /jobs"] = Audience.SiteOwner,
        ["GET /activity"] = Audience.SiteOwner,
        ["GET /media/activity.{format}"] = Audience.SiteOwner,
        ["GET /metrics"] = Audience.SiteOwner,
    };
}

internal enum Audience
{
    Everybody,
    SignedIn,
    SiteOwner,
}
