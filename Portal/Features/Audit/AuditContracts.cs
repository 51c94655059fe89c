using Portal.Core.Domain.Audit;
using Portal.Core.Services.Audit;
using Portal.Shared.Api;

namespace Portal.Features.Audit;

/// <param name="SessionId">The browser session it came through, or null.</param>
/// <param name="Key">The name of the API key it came through, or null.</param>
internal sealed record AuditDto(
    DateTime At,
    string Kind,
    string? UserId,
    long? SessionId,
    string? Key,
    string Subject,
    string? Field,
    string? From,
    string? To
)
{
    public static AuditDto Of(AuditLine line) =>
        new(
            line.At,
            line.Kind.Word(),
            line.UserId,
            line.SessionId,
            line.KeyName,
            line.Subject,
            line.Field,
            line.From,
            line.To
        );
}

internal sealed record AuditResponse(IReadOnlyList<AuditDto> Entries, string? NextPageToken) : ApiResponse;
