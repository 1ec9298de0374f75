namespace EdgeKit.Imaging.Scenes;

/// <summary>
/// What of the ground a camera sees. Since the ground's height depends on distance alone, the distance at which a ray meets it depends on the ray's slope
/// alone: a sample is seen if no nearer one has a higher slope.
/// </summary>
internal sealed class Ground
{
    private readonly float[] _slopes = new float[Alignment.Count];
    private readonly RoadPoint[] _points = new RoadPoint[Alignment.Count];
    private readonly Segment[] _segments = new Segment[Alignment.Count];
    private readonly int _count;
    private readonly float _eyeX;

    public Ground(Alignment alignment, Camera camera)
    {
        _eyeX = camera.Position.X;
        float highest = float.NegativeInfinity;
        foreach (RoadPoint point in alignment.Points)
        {
            float slope = (point.Y - camera.Position.Y) / point.Z;
            if (slope <= highest) continue;
            highest = slope;
            _slopes[_count] = slope;
            _points[_count++] = point;
        }
        for (int i = 0; i < _count - 1; i++) _segments[i] = Segment.Between(_points[i], _points[i + 1], _slopes[i], _slopes[i + 1]);
    }

    /// <summary>The samples of the road that the bare ground does not hide, from near to far.</summary>
    public ReadOnlySpan<RoadPoint> Seen => _points.AsSpan(0, _count);

    /// <summary>Slope of the highest ray that meets the ground.</summary>
    public float Horizon => _slopes[_count - 1];

    /// <summary>Whether the ground at a distance is seen.</summary>
    public bool Sees(float z)
    {
        if (z <= _points[0].Z) return true;
        for (int i = 1; i < _count; i++)
        {
            // A gap between samples is what a crest hides.
            if (_points[i].Z >= z) return _points[i].Z < _points[i - 1].Z * 1.05f + 0.1f;
        }
        return false;
    }

    /// <summary>Where a ray meets the ground.</summary>
    /// <param name="slope">Rise of the ray per metre ahead, below <see cref="Horizon"/>.</param>
    /// <param name="aside">Metres to the right per metre ahead.</param>
    /// <param name="hint">The last answer's segment, for the search to start from.</param>
    public GroundPoint Meet(float slope, float aside, ref int hint)
    {
        float[] slopes = _slopes;
        int i = Math.Clamp(hint, 0, _count - 2);
        while (i < _count - 2 && slopes[i + 1] < slope) i++;
        while (i > 0 && slopes[i] > slope) i--;
        hint = i;
        ref readonly Segment s = ref _segments[i];
        float z = 1 / MathF.Max(s.Inverse + s.InverseRate * (slope - s.Slope), 1 / Alignment.Far), along = z - s.Z;
        float cos = s.Cos + s.CosRate * along, tan = s.Tan + s.TanRate * along;
        float across = (_eyeX + aside * z - (s.X + s.XRate * along)) * cos;
        return new GroundPoint(z, across, (aside - tan) * cos, -s.InverseRate * z * z);
    }

    /// <summary>What the ground is between two samples: its values at the first, and their rates.</summary>
    private readonly record struct Segment(
        float Slope, float Inverse, float InverseRate, float Z, float X, float XRate, float Tan, float TanRate, float Cos, float CosRate)
    {
        public static Segment Between(RoadPoint a, RoadPoint b, float slopeA, float slopeB)
        {
            // On flat ground 1/z is linear in the slope.
            float inverse = 1 / a.Z, perMetre = 1 / (b.Z - a.Z);
            return new Segment(slopeA, inverse, (1 / b.Z - inverse) / (slopeB - slopeA), a.Z, a.X, (b.X - a.X) * perMetre,
                a.Tan, (b.Tan - a.Tan) * perMetre, a.Cos, (b.Cos - a.Cos) * perMetre);
        }
    }
}

/// <summary>A point of the ground that a ray meets.</summary>
/// <param name="Z">Distance ahead in metres.</param>
/// <param name="Across">Metres across the road from the reference line.</param>
/// <param name="Drift">Change of <paramref name="Across"/> per metre ahead along the ray's vertical plane.</param>
/// <param name="Depth">Metres ahead per unit of slope.</param>
internal readonly record struct GroundPoint(float Z, float Across, float Drift, float Depth);
