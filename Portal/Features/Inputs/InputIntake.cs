using Microsoft.AspNetCore.WebUtilities;
using Portal.Core.Films;
using Portal.Core.Inputs;
using Portal.Features.Films;
using Portal.Shared.Api;

namespace Portal.Features.Inputs;

/// <summary>Takes in what clients send, as a picture or as a film; its first bytes say which.</summary>
internal sealed class InputIntake(InputService inputs, FilmService films, InputWriter writer)
{
    public async Task<InputWire> AcceptAsync(ApiScope scope, NewInput wanted, Stream content, CancellationToken ct)
    {
        await using var peeked = new BufferedReadStream(content, 4096);
        await peeked.EnsureBufferedAsync(FilmType.HeadLength, ct);
        if (FilmType.Recognise(peeked.BufferedData) is null)
            return await writer.WriteAsync(scope, await inputs.AcceptAsync(scope.AppId, scope.UserId, wanted, peeked, ct), ct);
        return FilmWire.AsInput(await films.AcceptAsync(scope.AppId, scope.UserId, wanted, peeked, ct));
    }
}
