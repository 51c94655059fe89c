using System.Runtime.InteropServices;
using Portal.Core.Domain.Inputs;

namespace Portal.Core.Engines.Embedding;

/// <summary>
/// The codes of one app's embeddings in memory, block after block. Added to by one thread at a time; reading needs no
/// lock.
/// </summary>
internal sealed class CodeTable(EmbeddingCoder coder)
{
    private const int BlockSize = 4096;

    // A million inputs fill as many buckets once; two whose directions from the centre are 16° apart share one of 44
    // with 99.9 %.
    private const int BucketBits = 20;

    /// <summary>Rounds of <see cref="NearPairs"/>, however long the codes are.</summary>
    public const int Rounds = 44;
    private const int Reach = 64;
    private Block[] _blocks = [];

    public EmbeddingCoder Coder => coder;

    /// <summary>Inputs that are in here.</summary>
    public InputSet Inputs { get; } = new();

    public void Add(long inputId, ReadOnlySpan<byte> code)
    {
        if (_blocks is [] || _blocks[^1].Count == BlockSize)
        {
            _blocks = [.. _blocks, new Block(coder.Words)];
        }

        _blocks[^1].Add(inputId, code, coder.Words);
        Inputs.Add(inputId);
    }

    /// <summary>The inputs whose codes are most like a vector, best first, with their estimated cosines.</summary>
    /// <param name="within">Only these.</param>
    public IReadOnlyList<long> Nearest(EmbeddingCoder.Query query, InputSet within, int take, CancellationToken ct)
    {
        var (blocks, next) = (_blocks, -1);
        var found = new List<(float Cosine, long InputId)>();
        Parallel.For(
            0,
            Environment.ProcessorCount,
            new ParallelOptions { CancellationToken = ct },
            _ =>
            {
                var best = new PriorityQueue<long, float>(take + 1);
                for (int i; (i = Interlocked.Increment(ref next)) < blocks.Length; )
                {
                    blocks[i].Collect(query, within, take, coder.Words, best);
                }

                lock (found)
                {
                    while (best.TryDequeue(out var inputId, out var cosine))
                    {
                        found.Add((cosine, inputId));
                    }
                }
            }
        );
        return [.. found.OrderByDescending(f => f.Cosine).Take(take).Select(f => f.InputId)];
    }

    /// <summary>
    /// Pairs of inputs that are likely alike, by locality-sensitive hashing: signs of turned directions agree as often
    /// as the directions do (M. Charikar, STOC 2002), so what is alike falls into the same bucket in some round. Of
    /// each input the most alike of its bucket that is not known yet.
    /// </summary>
    /// <param name="round">From 0 to <see cref="Rounds"/> − 1; each looks at other signs.</param>
    /// <param name="least">Least estimated cosine of a pair.</param>
    /// <param name="within">Only these.</param>
    /// <param name="isKnown">Pairs that nobody need look at.</param>
    public IReadOnlyList<(long A, long B)> NearPairs(
        int round,
        float least,
        InputSet within,
        Func<long, long, bool> isKnown,
        CancellationToken ct
    )
    {
        var blocks = _blocks;
        // Fixed pseudo-randomness, no secret. A short code has too few signs for rounds that share none.
#pragma warning disable CA5394
        var picked = new int[BucketBits];
        var random = new Random(round);
        for (var i = 0; i < BucketBits; i++)
        {
            picked[i] = random.Next(coder.Dimensions);
        }
#pragma warning restore CA5394
        var places = Enumerable
            .Range(0, blocks.Sum(b => b.Count))
            .Where(place => within.Contains(blocks[place / BlockSize].InputIdAt(place % BlockSize)))
            .ToArray();
        var buckets = Array.ConvertAll(
            places,
            place => Bucket(blocks[place / BlockSize].SignsAt(place % BlockSize), picked)
        );
        Array.Sort(buckets, places);
        var pairs = new List<(long, long)>();
        for (var i = 1; i < places.Length; i++)
        {
            if (i % BlockSize == 0)
            {
                ct.ThrowIfCancellationRequested();
            }

            var (block, at) = (blocks[places[i] / BlockSize], places[i] % BlockSize);
            var (best, other) = (least, -1L);
            // Many that are alike need not be compared with each other: each has one of the others just before it.
            for (var j = i - 1; j >= 0 && i - j <= Reach && buckets[j] == buckets[i]; j--)
            {
                var (otherBlock, otherAt) = (blocks[places[j] / BlockSize], places[j] % BlockSize);
                var cosine = coder.Cosine(
                    block.SignsAt(at),
                    block.NumbersAt(at),
                    otherBlock.SignsAt(otherAt),
                    otherBlock.NumbersAt(otherAt)
                );
                if (cosine > best && !isKnown(block.InputIdAt(at), otherBlock.InputIdAt(otherAt)))
                {
                    (best, other) = (cosine, otherBlock.InputIdAt(otherAt));
                }
            }
            if (other >= 0)
            {
                pairs.Add((block.InputIdAt(at), other));
            }
        }
        return pairs;
    }

    private static uint Bucket(ReadOnlySpan<ulong> signs, int[] picked)
    {
        var bucket = 0u;
        foreach (var at in picked)
        {
            bucket = bucket << 1 | (uint)(signs[at >> 6] >> (at & 63) & 1);
        }

        return bucket;
    }

    private sealed class Block(int words)
    {
        private readonly ulong[] _signs = new ulong[BlockSize * words];
        private readonly float[] _scales = new float[BlockSize];
        private readonly float[] _offsets = new float[BlockSize];
        private readonly long[] _inputIds = new long[BlockSize];
        private volatile int _count;

        public int Count => _count;

        public long InputIdAt(int place) => _inputIds[place];

        public ReadOnlySpan<ulong> SignsAt(int place) => _signs.AsSpan(place * words, words);

        public (float Scale, float Offset) NumbersAt(int place) => (_scales[place], _offsets[place]);

        public void Add(long inputId, ReadOnlySpan<byte> code, int words)
        {
            MemoryMarshal.Cast<byte, ulong>(code[..(words * sizeof(ulong))]).CopyTo(_signs.AsSpan(_count * words));
            var numbers = MemoryMarshal.Cast<byte, float>(code[(words * sizeof(ulong))..]);
            (_scales[_count], _offsets[_count], _inputIds[_count]) = (numbers[0], numbers[1], inputId);
            _count++;
        }

        public void Collect(
            EmbeddingCoder.Query query,
            InputSet within,
            int take,
            int words,
            PriorityQueue<long, float> best
        )
        {
            for (var i = 0; i < _count; i++)
            {
                if (!within.Contains(_inputIds[i]))
                {
                    continue;
                }

                var cosine = query.Cosine(_signs.AsSpan(i * words, words), _scales[i], _offsets[i]);
                if (best.Count < take)
                {
                    best.Enqueue(_inputIds[i], cosine);
                }
                else if (best.TryPeek(out _, out var least) && cosine > least)
                {
                    best.EnqueueDequeue(_inputIds[i], cosine);
                }
            }
        }
    }
}
