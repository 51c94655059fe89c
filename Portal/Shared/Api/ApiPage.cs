using System.Buffers.Binary;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;
using Portal.Core.Domain.Errors;

namespace Portal.Shared.Api;

/// <summary>Which part of a list a request asks for: a page by number, or what follows a token.</summary>
/// <param name="After">The key a token stands for; null without one.</param>
internal sealed record ApiPage(int Number, int Size, long? After) : IEndpointParameterMetadataProvider
{
    private static readonly QueryField<int> PageField = ApiQuery.Number(
        "page",
        "The page, counted from 1",
        1,
        1,
        int.MaxValue
    );

    private static readonly QueryField<int> SizeField = ApiQuery.Number(
        "per_page",
        "Items on a page",
        ApiLimits.DefaultPageSize,
        1,
        ApiLimits.MaxPageSize
    );

    private static readonly QueryField<string?> TokenField = ApiQuery.Value(
        "page_token",
        "The `next_page_token` of the previous answer, in place of `page`. Only for lists that answer one"
    );

    public int Skip => After is null ? (int)Math.Min((Number - 1L) * Size, int.MaxValue) : 0;

    public static ValueTask<ApiPage> BindAsync(HttpContext context) =>
        ValueTask.FromResult(
            new ApiPage(
                PageField.Read(context),
                SizeField.Read(context),
                TokenField.Read(context) is { Length: > 0 } token ? Key(token) : null
            )
        );

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(PageField);
        builder.Metadata.Add(SizeField);
        builder.Metadata.Add(TokenField);
    }

    /// <summary>Cuts a short list that was read whole.</summary>
    public IEnumerable<T> Of<T>(IEnumerable<T> all) => all.Skip(Skip).Take(Size);

    /// <summary>The token for what follows this page, or null when it was the last.</summary>
    /// <param name="found">What was found, asked for with one more than <see cref="Size"/>.</param>
    public string? NextToken<T>(IReadOnlyList<T> found, Func<T, long> key)
    {
        if (found.Count <= Size)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, key(found[Size - 1]));
        return WebEncoders.Base64UrlEncode(bytes);
    }

    private static long Key(string token)
    {
        try
        {
            var bytes = WebEncoders.Base64UrlDecode(token);
            if (bytes.Length == sizeof(long))
            {
                return BinaryPrimitives.ReadInt64BigEndian(bytes);
            }
        }
        catch (FormatException)
        {
            // Refused below, like a token of the wrong length.
        }
        throw new PortalException(
            StatusCode.InvalidRequest,
            "The page_token is none that this list gave. Leave it out to start from the beginning.",
            "page_token"
        );
    }
}
