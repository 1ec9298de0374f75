using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>The paint of the lane lines, and how much of a pixel it covers.</summary>
internal sealed class RoadPaint
{
    private const float DotPeriod = 1.2f, DotLength = 0.12f;

    private readonly Stripe[] _stripes;
    private readonly Vector3 _white, _yellow;
    private readonly float _wear, _wearX, _wearZ;

    public RoadPaint(SceneRandom random, Road road, bool wear)
    {
        var stripes = new List<Stripe>();
        foreach (RoadLine line in road.Lines)
        {
            if (line.Kind == LineKind.Double)
            {
                stripes.Add(new Stripe(line, -line.Spacing / 2, line.LeftDashed));
                stripes.Add(new Stripe(line, line.Spacing / 2, line.RightDashed));
            }
            else
            {
                stripes.Add(new Stripe(line, 0, line.Kind == LineKind.Dashed));
            }
        }
        _stripes = [.. stripes];
        _white = Grey(random.Between(0.75f, 1), random.Around(0.06f));
        _yellow = Linear(random.Between(0.75f, 1), random.Between(0.5f, 0.78f), random.Between(0.05f, 0.35f));
        _wear = wear ? random.Chance(0.6f) ? random.Between(0, 0.4f) : random.Between(0.4f, 1) : 0;
        (_wearX, _wearZ) = (random.Between(0, 256), random.Between(0, 256));
        White = _white;
    }

    /// <summary>What white marks reflect.</summary>
    public Vector3 White { get; }

    /// <summary>Covers what the ground reflects with paint.</summary>
    /// <param name="ground">What the ground reflects without paint.</param>
    /// <param name="point">Where.</param>
    /// <param name="foot">Width of a pixel across the road, in metres.</param>
    /// <param name="length">Length of a pixel along the road, in metres.</param>
    public Vector3 Cover(Vector3 ground, in GroundPoint point, float foot, float length)
    {
        foreach (ref readonly Stripe stripe in _stripes.AsSpan())
        {
            float x = point.Across - (stripe.Shifts ? stripe.Edge.At(point.Z) : stripe.Edge.Offset) - stripe.Offset;
            if (MathF.Abs(x) > stripe.Half + foot / 2) continue;
            RoadLine line = stripe.Line;
            float share = Band(x, stripe.Half, foot) * Along(line, stripe.Dashed, point.Z, length);
            if (share <= 0) continue;
            share *= line.Strength * Kept(point.Across, point.Z, foot);
            ground = Mix(ground, line.Colour == LineColour.Yellow ? _yellow : _white, share);
        }
        return ground;
    }

    /// <summary>Share of the paint that wear has left.</summary>
    public float Kept(float across, float z, float foot)
    {
        if (_wear == 0) return 1;
        float coarse = NoiseTile.Smooth.Sample(across * 3 + _wearX, z * 1.3f + _wearZ), fine = NoiseTile.White.Sample(across * 25, z * 14);
        float noise = coarse * 0.8f + fine * 0.25f / (1 + foot * 25);
        return 1 - _wear * Smooth(0.5f + noise * 1.6f) * 0.95f;
    }

    private static float Along(RoadLine line, bool dashed, float z, float length)
    {
        float share = Beyond(z - line.Start, length) * Beyond(line.End - z, length);
        if (!dashed || share == 0) return share;
        share *= Bars(z + line.Phase, length, line.Dash, line.Period);
        return line.Dots ? share * Bars(z + line.Phase, length, DotLength, DotPeriod) : share;
    }

    private readonly struct Stripe(RoadLine line, float offset, bool dashed)
    {
        public readonly RoadEdge Edge = line.Edge;
        public readonly bool Shifts = line.Edge.Shift != 0;
        public readonly float Offset = offset, Half = line.Width / 2;
        public readonly bool Dashed = dashed;
        public readonly RoadLine Line = line;
    }
}
