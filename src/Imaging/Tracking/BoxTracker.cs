using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Imaging.Tracking;

/// <summary>
/// Gives objects numbers that they keep from picture to picture: a box belongs to the track of its class whose last box it overlaps most, the most confident boxes choosing first
/// (the matching of Bochinski et al., "High-Speed Tracking-by-Detection Without Using Image Information", 2017). A track that is not seen for a while ends, and its number does not come
/// again. Allocates nothing.
/// </summary>
/// <param name="capacity">Tracks at a time; boxes beyond get no number.</param>
public sealed class BoxTracker(int capacity)
{
    /// <summary>Least overlap (intersection over union) of a box with its track's last.</summary>
    public const float MinIou = 0.3f;

    /// <summary>Pictures that a track outlives without a box.</summary>
    public const int MaxMisses = 15;

    private readonly Track[] _tracks = new Track[capacity];
    private int _count;
    private long _last;

    /// <summary>Tracks that go on.</summary>
    public int Count => _count;

    /// <summary>Takes the boxes of the next picture.</summary>
    /// <param name="boxes">The boxes, most confident first.</param>
    /// <param name="numbers">Gets each box's number, from 1; 0 for none. As long as <paramref name="boxes"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="numbers"/> is too short.</exception>
    public void Update(ReadOnlySpan<Detection> boxes, Span<long> numbers)
    {
        if (numbers.Length < boxes.Length) throw new ArgumentException($"room for {numbers.Length} numbers of {boxes.Length} boxes", nameof(numbers));
        Span<Track> known = _tracks.AsSpan(0, _count);
        foreach (ref Track track in known) track.Misses++;
        for (int i = 0; i < boxes.Length; i++)
        {
            int best = Best(boxes[i], known);
            numbers[i] = best < 0 ? 0 : known[best].Number;
            if (best >= 0) known[best] = new Track(known[best].Number, boxes[i]);
        }
        EndOld();
        for (int i = 0; i < boxes.Length; i++)
        {
            if (numbers[i] != 0 || _count == _tracks.Length) continue;
            numbers[i] = ++_last;
            _tracks[_count++] = new Track(_last, boxes[i]);
        }
    }

    private static int Best(in Detection box, ReadOnlySpan<Track> tracks)
    {
        int best = -1;
        float most = MinIou;
        for (int i = 0; i < tracks.Length; i++)
        {
            // A track that has its box has missed nothing.
            if (tracks[i].Misses == 0 || tracks[i].Box.Class != box.Class) continue;
            float iou = box.Iou(tracks[i].Box);
            if (iou < most || (iou == most && best >= 0)) continue;
            (best, most) = (i, iou);
        }
        return best;
    }

    private void EndOld()
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_tracks[i].Misses <= MaxMisses) _tracks[kept++] = _tracks[i];
        }
        _count = kept;
    }

    private record struct Track(long Number, Detection Box)
    {
        public int Misses { get; set; }
    }
}
