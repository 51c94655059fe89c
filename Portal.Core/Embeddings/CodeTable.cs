using System.Runtime.InteropServices;
using Portal.Core.Inputs;

namespace Portal.Core.Embeddings;

/// <summary>The codes of one app's embeddings in memory, block after block. Added to by one thread at a time; reading needs no lock.</summary>
internal sealed class CodeTable(EmbeddingCoder coder)
{
    private const int BlockSize = 4096;
    private Block[] _blocks = [];

    public EmbeddingCoder Coder => coder;

    /// <summary>Inputs that are in here.</summary>
    public InputSet Inputs { get; } = new();

    public void Add(long inputId, ReadOnlySpan<byte> code)
    {
        if (_blocks is [] || _blocks[^1].Count == BlockSize) _blocks = [.. _blocks, new Block(coder.Words)];
        _blocks[^1].Add(inputId, code, coder.Words);
        Inputs.Add(inputId);
    }

    /// <summary>The inputs whose codes are most like a vector, best first, with their estimated cosines.</summary>
    /// <param name="within">Only these.</param>
    public IReadOnlyList<long> Nearest(EmbeddingCoder.Query query, InputSet within, int take, CancellationToken ct)
    {
        var (blocks, next) = (_blocks, -1);
        var found = new List<(float Cosine, long InputId)>();
        Parallel.For(0, Environment.ProcessorCount, new ParallelOptions { CancellationToken = ct }, _ =>
        {
            var best = new PriorityQueue<long, float>(take + 1);
            for (int i; (i = Interlocked.Increment(ref next)) < blocks.Length;) blocks[i].Collect(query, within, take, coder.Words, best);
            lock (found)
            {
                while (best.TryDequeue(out var inputId, out var cosine)) found.Add((cosine, inputId));
            }
        });
        return [.. found.OrderByDescending(f => f.Cosine).Take(take).Select(f => f.InputId)];
    }

    private sealed class Block(int words)
    {
        private readonly ulong[] _signs = new ulong[BlockSize * words];
        private readonly float[] _scales = new float[BlockSize];
        private readonly float[] _offsets = new float[BlockSize];
        private readonly long[] _inputIds = new long[BlockSize];
        private volatile int _count;

        public int Count => _count;

        public void Add(long inputId, ReadOnlySpan<byte> code, int words)
        {
            MemoryMarshal.Cast<byte, ulong>(code[..(words * sizeof(ulong))]).CopyTo(_signs.AsSpan(_count * words));
            var numbers = MemoryMarshal.Cast<byte, float>(code[(words * sizeof(ulong))..]);
            (_scales[_count], _offsets[_count], _inputIds[_count]) = (numbers[0], numbers[1], inputId);
            _count++;
        }

        public void Collect(EmbeddingCoder.Query query, InputSet within, int take, int words, PriorityQueue<long, float> best)
        {
            for (var i = 0; i < _count; i++)
            {
                if (!within.Contains(_inputIds[i])) continue;
                var cosine = query.Cosine(_signs.AsSpan(i * words, words), _scales[i], _offsets[i]);
                if (best.Count < take) best.Enqueue(_inputIds[i], cosine);
                else if (best.TryPeek(out _, out var least) && cosine > least) best.EnqueueDequeue(_inputIds[i], cosine);
            }
        }
    }
}
