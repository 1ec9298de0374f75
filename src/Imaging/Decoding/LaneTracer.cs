using System.Numerics;

namespace EdgeKit.Imaging.Decoding;

/// <summary>
/// Lane lines from a mask. Rows are read from the bottom upwards; the middle of each run of marked pixels continues the line whose straight continuation it is nearest to, or
/// starts a new line. A line ends where nothing continues it for a while; short ones are left out. The confidence is the mean probability of the marked pixels.
/// </summary>
internal sealed class LaneTracer(Mask mask)
{
    /// <summary>The most lines.</summary>
    public const int MaxLanes = 12;

    /// <summary>The most rows that are read.</summary>
    public const int MaxRows = 96;

    private const int MaxTracks = 48;

    // As shares of the mask's width or height.
    private const float Reach = 0.025f, WidestRun = 0.25f, LongestGap = 0.12f, ShortestLine = 0.08f;

    // Points behind the direction in which a line goes on.
    private const int Memory = 6;

    private readonly Track[] _tracks = new Track[MaxTracks];
    private readonly Vector2[] _points = new Vector2[MaxTracks * MaxRows];
    private readonly Vector2[] _line = new Vector2[MaxRows];
    private readonly int _step = (mask.Height + MaxRows - 1) / MaxRows;
    private int _count;

    public void Trace(Placement placement, Findings findings)
    {
        _count = 0;
        for (int y = mask.Height - 1; y >= 0; y -= _step) ReadRow(y);
        for (int left = MaxLanes; left > 0; left--)
        {
            // The leftmost that is not yet reported, by where it reaches the bottom.
            int next = -1;
            for (int i = 0; i < _count; i++)
                if (IsLine(_tracks[i]) && (next < 0 || _tracks[i].Bottom < _tracks[next].Bottom)) next = i;
            if (next < 0) return;
            Track track = _tracks[next];
            _tracks[next].Count = 0;
            for (int k = 0; k < track.Count; k++) _line[k] = placement.Place((_points[next * MaxRows + k].X + 0.5f) * ToInputX(placement), (_points[next * MaxRows + k].Y + 0.5f) * ToInputY(placement));
            findings.AddLane(_line.AsSpan(0, track.Count), track.Sum / (255f * track.Pixels));
        }
    }

    // The mask's own mapping leads from the picture to the mask; its scale over the input's is the mask's share of the input.
    private float ToInputX(Placement placement) => placement.Mapping.ScaleX / mask.Mapping.ScaleX;

    private float ToInputY(Placement placement) => placement.Mapping.ScaleY / mask.Mapping.ScaleY;

    private bool IsLine(in Track track) => track.Count >= 3 && track.First.Y - track.Last.Y >= ShortestLine * mask.Height;

    private void ReadRow(int y)
    {
        ReadOnlySpan<byte> row = mask.Values.AsSpan(y * mask.Width, mask.Width);
        float threshold = MathF.Max(mask.Threshold * 255, 1);
        for (int x = 0; x < row.Length;)
        {
            if (row[x] < threshold)
            {
                x++;
                continue;
            }
            int start = x, sum = 0;
            for (; x < row.Length && row[x] >= threshold; x++) sum += row[x];
            if (x - start <= WidestRun * mask.Width) Continue(new Vector2((start + x - 1) / 2f, y), x - start, sum);
        }
    }

    private void Continue(Vector2 point, int width, int sum)
    {
        int best = -1;
        float nearest = float.PositiveInfinity;
        for (int i = 0; i < _count; i++)
        {
            ref readonly Track track = ref _tracks[i];
            float rows = track.Last.Y - point.Y;
            // A line takes one run of a row.
            if (!(rows > 0) || rows > LongestGap * mask.Height + _step) continue;
            float reach = Reach * mask.Width + (track.Count == 1 ? width : width / 2f);
            float distance = MathF.Abs(track.Last.X - track.Slope * rows - point.X);
            if (distance > reach || distance >= nearest) continue;
            nearest = distance;
            best = i;
        }
        if (best < 0)
        {
            if (_count == MaxTracks) return;
            best = _count++;
            _tracks[best] = default;
        }
        Append(best, point, width, sum);
    }

    private void Append(int index, Vector2 point, int width, int sum)
    {
        ref Track track = ref _tracks[index];
        Span<Vector2> points = _points.AsSpan(index * MaxRows, MaxRows);
        if (track.Count == MaxRows) return;
        if (track.Count == 0) track.First = point;
        points[track.Count++] = point;
        track.Last = point;
        track.Pixels += width;
        track.Sum += sum;
        if (track.Count < 2) return;
        Vector2 from = points[Math.Max(0, track.Count - Memory)];
        track.Slope = (point.X - from.X) / (point.Y - from.Y);
        Vector2 lower = points[Math.Min(Memory, track.Count) - 1] - track.First;
        track.Bottom = track.First.X + lower.X / lower.Y * (mask.Height - track.First.Y);
    }

    private struct Track
    {
        public int Count, Pixels, Sum;
        public Vector2 First, Last;

        /// <summary>Columns for each row downwards, where the line goes on.</summary>
        public float Slope;

        /// <summary>The column in which the line, prolonged, leaves the mask at the bottom.</summary>
        public float Bottom;
    }
}
