using System.Numerics;

namespace EdgeKit.Imaging.Scenes;

/// <summary>
/// The course of the road: where its reference line, the middle of the own lane, lies at each distance ahead. Curvature and the change of grade are piecewise
/// linear in distance, so that the line is made of straights, arcs and clothoids, and the height of parabolas and cubics.
/// </summary>
internal sealed class Alignment
{
    /// <summary>Number of samples, closer together near the camera.</summary>
    public const int Count = 320;

    /// <summary>Distance of the last sample, in metres.</summary>
    public const float Far = 500;

    private const float Near = 0.4f, MaxHeading = 0.6f, MaxGrade = 0.1f;

    private readonly RoadPoint[] _points = new RoadPoint[Count];

    public Alignment(SceneRandom random, RoadSetting setting)
    {
        float tightest = setting switch { RoadSetting.Highway => 200, RoadSetting.Rural => 70, _ => 55 };
        Profile curvature = random.Chance(0.4f) ? Profile.Zero : Profile.Choose(random, 1 / tightest);
        Profile bend = random.Chance(0.4f) ? Profile.Zero : Profile.Choose(random, 1 / 700f);
        float ratio = 1, power = Far / Near;
        // The ratio of neighbouring distances, by bisection of ratio^(Count-1) = Far / Near.
        for (float step = 0.1f; step > 1e-7f; step /= 2)
        {
            float trial = 1;
            for (int i = 1; i < Count; i++) trial *= ratio + step;
            if (trial < power) ratio += step;
        }
        float z = 0, x = 0, y = 0, heading = 0, grade = 0, next = Near;
        for (int i = 0; i < Count; i++, next *= ratio)
        {
            float dz = next - z, middle = z + dz / 2;
            float newHeading = Math.Clamp(heading + curvature.At(middle) * dz, -MaxHeading, MaxHeading), newGrade = Math.Clamp(grade + bend.At(middle) * dz, -MaxGrade, MaxGrade);
            x += SceneMath.Tan((heading + newHeading) / 2) * dz;
            y += (grade + newGrade) / 2 * dz;
            (z, heading, grade) = (next, newHeading, newGrade);
            _points[i] = new RoadPoint(z, x, y, SceneMath.Tan(heading), SceneMath.Cos(heading));
        }
    }

    /// <summary>The samples from near to far.</summary>
    public ReadOnlySpan<RoadPoint> Points => _points;

    /// <summary>The road at a distance, between samples.</summary>
    public RoadPoint At(float z)
    {
        if (z <= _points[0].Z) return _points[0];
        int low = 0, high = Count - 1;
        if (z >= _points[high].Z) return _points[high];
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (_points[middle].Z <= z) low = middle;
            else high = middle;
        }
        RoadPoint a = _points[low], b = _points[high];
        float t = (z - a.Z) / (b.Z - a.Z);
        return new RoadPoint(z, SceneMath.Mix(a.X, b.X, t), SceneMath.Mix(a.Y, b.Y, t), SceneMath.Mix(a.Tan, b.Tan, t), SceneMath.Mix(a.Cos, b.Cos, t));
    }

    /// <summary>A function of distance, linear between a few knots.</summary>
    private readonly record struct Profile(float A, float B, float C, float D, float First, float Second)
    {
        public static Profile Zero => new(0, 0, 0, 0, 1, 2);

        public static Profile Choose(SceneRandom random, float extent)
        {
            float first = random.Between(15, 70), second = first + random.Between(30, 150);
            float a = Value(), b = random.Chance(0.4f) ? a : Value(), c = random.Chance(0.4f) ? b : Value();
            return new Profile(a, b, c, random.Chance(0.5f) ? 0 : Value(), first, second);

            float Value() => (random.Chance(0.5f) ? -1 : 1) * random.Skewed(0, extent, 3);
        }

        public float At(float z) =>
            z < First ? SceneMath.Mix(A, B, z / First)
            : z < Second ? SceneMath.Mix(B, C, (z - First) / (Second - First))
            : SceneMath.Mix(C, D, MathF.Min((z - Second) / 150, 1));
    }
}

/// <summary>The kinds of surroundings a road runs through.</summary>
internal enum RoadSetting
{
    /// <summary>Several lanes one way, a median, no kerbs.</summary>
    Highway,

    /// <summary>One or two lanes each way between verges.</summary>
    Rural,

    /// <summary>A street with kerbs, pavements and parked cars.</summary>
    Urban,
}

/// <summary>A point of the reference line.</summary>
/// <param name="Z">Distance ahead of the camera in metres.</param>
/// <param name="X">Metres to the right.</param>
/// <param name="Y">Height in metres.</param>
/// <param name="Tan">Tangent of the heading, positive to the right.</param>
/// <param name="Cos">Cosine of the heading: what metres along x count as across the road.</param>
internal readonly record struct RoadPoint(float Z, float X, float Y, float Tan, float Cos)
{
    /// <summary>A point beside the reference line.</summary>
    /// <param name="across">Metres across the road, positive to the right.</param>
    /// <param name="height">Metres above it.</param>
    public Vector3 Beside(float across, float height = 0) => new(X + across / Cos, Y + height, Z);
}
