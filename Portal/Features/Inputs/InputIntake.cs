using Portal.Core.Domain.Inputs;
using Portal.Core.Engines.Fetch;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Videos;
using Portal.Features.Videos;
using Portal.Shared.Api;

namespace Portal.Features.Inputs;

/// <summary>Takes in what clients send, as a picture or as a film; its first bytes say which.</summary>
internal sealed class InputIntake(InputService inputs, FilmService films, InputWriter writer)
{
    public async Task<InputWire> AcceptAsync(ApiScope scope, NewInput wanted, Stream content, CancellationToken ct)
    {
        await using var peeked = await PeekedStream.OpenAsync(content, ct);
        if (peeked.IsFilm)
        {
            return FilmWire.AsInput(await films.AcceptAsync(scope.AppId, scope.UserId, wanted, peeked, ct));
        }

        var input = await inputs.AcceptAsync(scope.AppId, scope.UserId, wanted, peeked, ct);
        return wanted.Labels is { Count: > 0 }
            ? await writer.WriteAsync(scope, input, ct)
            : writer.WriteUnlabelled(scope, input);
    }
}
