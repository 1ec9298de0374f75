namespace EdgeKit.Imaging.Decoding;

/// <summary>The best boxes before suppression, at most <see cref="Capacity"/>: a heap with the worst on top. Of equal scores the earlier one is better.</summary>
internal sealed class Candidates
{
    /// <summary>As many as detectors usually keep before suppression.</summary>
    public const int Capacity = 1000;

    private readonly Candidate[] _items = new Candidate[Capacity];
    private readonly bool[] _dropped = new bool[Capacity];
    private int _count;

    public void Clear() => _count = 0;

    /// <summary>Whether a score would enter.</summary>
    public bool Takes(float score) => _count < Capacity || score > _items[0].Box.Score;

    /// <summary>Adds a box, in place of the worst when full.</summary>
    /// <param name="box">The box.</param>
    /// <param name="position">Where it was found.</param>
    /// <param name="order">The less, the earlier.</param>
    public void Add(in Detection box, int position, long order)
    {
        var candidate = new Candidate(box, position, order);
        if (_count < Capacity)
        {
            int i = _count++;
            for (int parent = (i - 1) / 2; i > 0 && IsWorse(candidate, _items[parent]); i = parent, parent = (i - 1) / 2) _items[i] = _items[parent];
            _items[i] = candidate;
        }
        else if (IsWorse(_items[0], candidate))
        {
            SiftDown(candidate, _count);
        }
    }

    /// <summary>
    /// Greedy suppression by class: from the best down, each box that is kept drops those of its class that overlap it by more than <paramref name="iou"/>.
    /// </summary>
    /// <param name="iou">The threshold.</param>
    /// <param name="kept">Receives the kept boxes, the best first.</param>
    /// <param name="positions">Receives their positions.</param>
    /// <returns>How many were kept: at most as many as there is room for.</returns>
    public int Suppress(float iou, Span<Detection> kept, Span<int> positions)
    {
        Sort();
        _dropped.AsSpan(0, _count).Clear();
        int found = 0;
        for (int i = 0; i < _count && found < kept.Length; i++)
        {
            if (_dropped[i]) continue;
            Detection box = _items[i].Box;
            kept[found] = box;
            positions[found++] = _items[i].Position;
            for (int k = i + 1; k < _count; k++)
                if (!_dropped[k] && _items[k].Box.Class == box.Class && _items[k].Box.Iou(box) > iou) _dropped[k] = true;
        }
        return found;
    }

    // Heap sort: the worst goes to the end, again and again.
    private void Sort()
    {
        for (int last = _count - 1; last > 0; last--)
        {
            Candidate moved = _items[last];
            _items[last] = _items[0];
            SiftDown(moved, last);
        }
    }

    private void SiftDown(in Candidate candidate, int count)
    {
        int i = 0;
        for (int child = 1; child < count; child = 2 * i + 1)
        {
            if (child + 1 < count && IsWorse(_items[child + 1], _items[child])) child++;
            if (!IsWorse(_items[child], candidate)) break;
            _items[i] = _items[child];
            i = child;
        }
        _items[i] = candidate;
    }

    private static bool IsWorse(in Candidate a, in Candidate b) =>
        a.Box.Score < b.Box.Score
        || (a.Box.Score == b.Box.Score && (a.Order > b.Order || (a.Order == b.Order && a.Box.Class > b.Box.Class)));

    private readonly record struct Candidate(Detection Box, int Position, long Order);
}
