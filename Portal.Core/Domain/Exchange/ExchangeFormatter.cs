using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Exchange;

/// <summary>Words that stand for codes in files.</summary>
internal static class ExchangeFormatter
{
    public const string Human = "human";

    public static string Of<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    public static T Parse<T>(string word)
        where T : struct, Enum =>
        Enum.TryParse<T>(word, ignoreCase: true, out var value) && !int.TryParse(word, out _)
            ? value
            : throw new PortalException(StatusCode.InvalidRequest, $"'{Text.Shown(word)}' is no {typeof(T).Name}.");

    public static string Of(AnnotationOrigin origin) => Of<AnnotationOrigin>(origin);
}
