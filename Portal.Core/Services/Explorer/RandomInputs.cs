using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain.Inputs;

namespace Portal.Core.Services.Explorer;

/// <summary>
/// Draws inputs by chance, at a cost that does not grow with how many there are, unless the wanted ones are rare among
/// them.
/// </summary>
internal static class RandomInputs
{
    private const int Rounds = 8;
    private const int KeysEach = 4;

    /// <summary>
    /// All inputs where there are no more than <paramref name="size"/>; else up to so many, each with the same chance.
    /// In random order.
    /// </summary>
    public static async Task<List<Input>> DrawAsync(this IQueryable<Input> from, int size, CancellationToken ct)
    {
        var drawn = await from.AsNoTracking().OrderBy(i => i.Id).Take(size + 1).ToListAsync(ct);
        if (drawn.Count <= size)
        {
            return Shuffled(drawn);
        }

        var (first, last) = (drawn[0].Id, await from.MaxAsync(i => i.Id, ct));
        var found = new Dictionary<long, Input>();
        for (var round = 0; round < Rounds && found.Count < size; round++)
        {
            // A sample for a person's eyes, not a secret.
#pragma warning disable CA5394
            var keys = Enumerable
                .Range(0, KeysEach * size)
                .Select(_ => Random.Shared.NextInt64(first, last + 1))
                .ToHashSet();
#pragma warning restore CA5394
            foreach (var input in await from.AsNoTracking().Where(i => keys.Contains(i.Id)).ToListAsync(ct))
            {
                found[input.Id] = input;
            }
        }
        return found.Count >= size
            ? [.. Shuffled(found.Values).Take(size)]
            : await from.AsNoTracking().OrderBy(_ => EF.Functions.Random()).Take(size).ToListAsync(ct);
    }

    private static List<Input> Shuffled(IEnumerable<Input> inputs)
    {
        var shuffled = inputs.ToArray();
#pragma warning disable CA5394
        Random.Shared.Shuffle(shuffled);
#pragma warning restore CA5394
        return [.. shuffled];
    }
}
