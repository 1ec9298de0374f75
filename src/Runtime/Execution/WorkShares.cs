using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.Execution;

/// <summary>
/// The units of one operator, dealt to threads: each gets a range in proportion to what its core can do, and takes from it in pieces. Who has finished takes pieces of
/// the others' ranges, so that nobody waits for a thread that is asleep or was given a slow core. Which thread does a unit never changes what it computes.
/// </summary>
internal sealed unsafe class WorkShares : IDisposable
{
    /// <summary>A piece is half of what is left of a range, and at least this part of the range.</summary>
    private const int PiecesOfShare = 4;

    private readonly NativeMemoryBlock _memory;
    private readonly Share* _shares;
    private readonly long[] _before;

    /// <param name="capacities">What each thread's core can do, in any unit; one range is kept for each.</param>
    public WorkShares(ReadOnlySpan<int> capacities)
    {
        Count = capacities.Length;
        _memory = new NativeMemoryBlock((long)Count * sizeof(Share));
        _shares = (Share*)_memory.Pointer;
        _before = new long[Count + 1];
        for (int i = 0; i < Count; i++) _before[i + 1] = _before[i] + Math.Max(1, capacities[i]);
    }

    /// <summary>Number of ranges.</summary>
    public int Count { get; }

    /// <summary>Deals the units 0 to <paramref name="units"/> - 1 to the first <paramref name="threads"/> threads.</summary>
    /// <param name="units">How many there are.</param>
    /// <param name="threads">How many threads get some, at most <see cref="Count"/>.</param>
    /// <param name="generation">Number of this deal; <see cref="Take"/> yields units of no other. Not the number of the deal before.</param>
    public void Deal(int units, int threads, int generation)
    {
        long total = _before[threads];
        for (int i = 0; i < Count; i++)
        {
            int begin = i < threads ? (int)(units * _before[i] / total) : units;
            int end = i < threads ? (int)(units * _before[i + 1] / total) : units;
            Share* share = _shares + i;
            share->End = end;
            share->Piece = Math.Max(1, (end - begin) / PiecesOfShare);
            // Last: who sees the new generation sees the rest.
            Volatile.Write(ref share->Claim, Claim(generation, end - begin));
        }
    }

    /// <summary>Takes a piece of the range of thread <paramref name="share"/>: the units from <paramref name="begin"/> to before <paramref name="end"/>.</summary>
    /// <returns>False when the range is used up or belongs to another deal.</returns>
    public bool Take(int share, int generation, out int begin, out int end)
    {
        Share* s = _shares + share;
        begin = end = 0;
        while (true)
        {
            long claim = Volatile.Read(ref s->Claim);
            int left = (int)claim;
            if ((int)(claim >> 32) != generation || left == 0) return false;
            int taken = Math.Min(left, Math.Max(left / 2, s->Piece));
            if (Interlocked.CompareExchange(ref s->Claim, claim - taken, claim) != claim) continue;
            // From here on the deal stays: it is not over before the taken units are done.
            begin = s->End - left;
            end = begin + taken;
            return true;
        }
    }

    public void Dispose() => _memory.Dispose();

    private static long Claim(int generation, int left) => ((long)generation << 32) | (uint)left;

    /// <summary>A range on cache lines of its own.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Share
    {
        /// <summary>Generation, and in the lower half the units that are left: they are the range's last.</summary>
        public long Claim;
        public int End;
        public int Piece;
    }
}
