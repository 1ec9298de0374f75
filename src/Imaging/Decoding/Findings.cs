using System.Numerics;

namespace EdgeKit.Imaging.Decoding;

/// <summary>What a decoder found in one picture: valid until its next picture, as it reuses the memory. All coordinates are pixels of the picture, edges at integers.</summary>
public sealed class Findings
{
    private readonly Detection[] _boxes;
    private readonly int[] _positions;
    private readonly Vector2[] _landmarks;
    private readonly Vector2[] _points;
    private readonly Lane[] _lanes;
    private int _boxCount;
    private int _laneCount;
    private int _pointCount;

    internal Findings(int maxBoxes, int landmarks, int maxLanes, int maxPoints, IReadOnlyList<Mask> masks)
    {
        _boxes = new Detection[maxBoxes];
        _positions = new int[maxBoxes];
        _landmarks = new Vector2[maxBoxes * landmarks];
        _points = new Vector2[maxPoints];
        _lanes = new Lane[maxLanes];
        LandmarksOfBox = landmarks;
        Masks = masks;
    }

    /// <summary>The objects, most confident first.</summary>
    public ReadOnlySpan<Detection> Boxes => _boxes.AsSpan(0, _boxCount);

    /// <summary>Number of landmarks of each object; 0 where the model gives none.</summary>
    public int LandmarksOfBox { get; }

    /// <summary>Number of lane lines.</summary>
    public int LaneCount => _laneCount;

    /// <summary>The masks, in the order of the model's outputs.</summary>
    public IReadOnlyList<Mask> Masks { get; }

    /// <summary>The landmarks of an object.</summary>
    /// <param name="box">0 to Boxes.Length - 1.</param>
    public ReadOnlySpan<Vector2> Landmarks(int box) => _landmarks.AsSpan(box * LandmarksOfBox, LandmarksOfBox);

    /// <summary>The points of a lane line from the bottom of the picture upwards, at least two.</summary>
    /// <param name="lane">0 to <see cref="LaneCount"/> - 1.</param>
    public ReadOnlySpan<Vector2> LanePoints(int lane) => _points.AsSpan(Checked(lane).First, Checked(lane).Count);

    /// <summary>The confidence of a lane line, 0 to 1.</summary>
    /// <param name="lane">0 to <see cref="LaneCount"/> - 1.</param>
    public float LaneConfidence(int lane) => Checked(lane).Confidence;

    /// <summary>Copies what was found, for whoever looks at it after the next picture.</summary>
    /// <param name="target">An earlier copy, whose memory is used again where it fits; null for new memory.</param>
    /// <returns>The copy: <paramref name="target"/> or a new one.</returns>
    public Findings CopyTo(Findings? target)
    {
        if (target is null || !HasRoomOf(target)) target = new Findings(_boxes.Length, LandmarksOfBox, _lanes.Length, _points.Length, Masks.Select(static m => m.Like()));
        (target._boxCount, target._laneCount, target._pointCount) = (_boxCount, _laneCount, _pointCount);
        Boxes.CopyTo(target._boxes);
        _landmarks.AsSpan(0, _boxCount * LandmarksOfBox).CopyTo(target._landmarks);
        _points.AsSpan(0, _pointCount).CopyTo(target._points);
        _lanes.AsSpan(0, _laneCount).CopyTo(target._lanes);
        for (int i = 0; i < Masks.Count; i++) Masks[i].CopyTo(target.Masks[i]);
        return target;
    }

    internal void Clear() => _boxCount = _laneCount = _pointCount = 0;

    internal void TakeBoxes(Candidates candidates, float iou) => _boxCount = candidates.Suppress(iou, _boxes, _positions);

    internal int Position(int box) => _positions[box];

    internal Span<Vector2> LandmarksToFill(int box) => _landmarks.AsSpan(box * LandmarksOfBox, LandmarksOfBox);

    /// <summary>Adds a lane line, unless there is no room for it.</summary>
    internal void AddLane(ReadOnlySpan<Vector2> points, float confidence)
    {
        if (_laneCount == _lanes.Length || points.Length < 2 || points.Length > _points.Length - _pointCount) return;
        points.CopyTo(_points.AsSpan(_pointCount));
        _lanes[_laneCount++] = new Lane(_pointCount, points.Length, confidence);
        _pointCount += points.Length;
    }

    private bool HasRoomOf(Findings other)
    {
        if (other._boxes.Length != _boxes.Length || other._landmarks.Length != _landmarks.Length || other._lanes.Length != _lanes.Length || other._points.Length != _points.Length
            || other.Masks.Count != Masks.Count) return false;
        for (int i = 0; i < Masks.Count; i++)
        {
            if (!Masks[i].IsLike(other.Masks[i])) return false;
        }
        return true;
    }

    private Lane Checked(int lane)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)lane, (uint)_laneCount);
        return _lanes[lane];
    }

    private readonly record struct Lane(int First, int Count, float Confidence);
}
