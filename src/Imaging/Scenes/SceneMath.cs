using System.Numerics;

namespace EdgeKit.Imaging.Scenes;

/// <summary>Elementary functions made of operations that IEEE 754 fixes, so that a scene has the same bytes on every machine.</summary>
internal static class SceneMath
{
    public static float Sin(float x)
    {
        double turns = x / Math.Tau;
        double r = (turns - Math.Round(turns)) * Math.Tau;
        if (r > Math.PI / 2) r = Math.PI - r;
        else if (r < -Math.PI / 2) r = -Math.PI - r;
        double s = r * r;
        return (float)(r * (1 - s / 6 * (1 - s / 20 * (1 - s / 42 * (1 - s / 72 * (1 - s / 110))))));
    }

    public static float Cos(float x) => Sin(x + MathF.PI / 2);

    public static float Tan(float x) => Sin(x) / Cos(x);

    /// <summary>e to the power of x; arguments beyond +-80 count as +-80.</summary>
    public static float Exp(float x)
    {
        float scaled = Math.Clamp(x, -80, 80) * 1.44269504f;
        int whole = (int)MathF.Floor(scaled + 0.5f);
        float r = (scaled - whole) * 0.693147181f;
        float power = 1 + r * (1 + r / 2 * (1 + r / 3 * (1 + r / 4 * (1 + r / 5))));
        return power * BitConverter.Int32BitsToSingle((whole + 127) << 23);
    }

    /// <summary>0 below 0, 1 above 1, smooth between.</summary>
    public static float Smooth(float t)
    {
        t = Math.Clamp(t, 0, 1);
        return t * t * (3 - 2 * t);
    }

    public static float Mix(float a, float b, float t) => a + (b - a) * t;

    // Not Vector3.Lerp, which may fuse multiply and add where the machine can.
    public static Vector3 Mix(Vector3 a, Vector3 b, float t) => a + (b - a) * t;

    public static Vector2 Mix(Vector2 a, Vector2 b, float t) => a + (b - a) * t;

    public static float Dot(Vector3 a, Vector3 b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;

    public static Vector3 Unit(Vector3 v) => v / MathF.Sqrt(Dot(v, v));

    public static Vector3 Cross(Vector3 a, Vector3 b) => new(a.Y * b.Z - a.Z * b.Y, a.Z * b.X - a.X * b.Z, a.X * b.Y - a.Y * b.X);

    /// <summary>Linear light of a colour as displays take it, each channel 0 to 1; the display's gamma counts as 2.</summary>
    public static Vector3 Linear(float r, float g, float b) => new(r * r, g * g, b * b);

    /// <summary>Linear light of a grey with a cast: positive warmth gives red and takes blue.</summary>
    public static Vector3 Grey(float value, float warmth = 0) => Linear(value * (1 + warmth), value, value * (1 - warmth));

    /// <summary>Share of a pixel at <paramref name="x"/>, <paramref name="foot"/> wide, that a band from -half to half covers.</summary>
    public static float Band(float x, float half, float foot)
    {
        float overlap = MathF.Min(x + foot / 2, half) - MathF.Max(x - foot / 2, -half);
        return Math.Clamp(overlap / foot, 0, 1);
    }

    /// <summary>Share of a pixel at <paramref name="x"/> that lies beyond an edge at 0, on the positive side.</summary>
    public static float Beyond(float x, float foot) => Math.Clamp(x / foot + 0.5f, 0, 1);

    /// <summary>Share of a pixel that bars of a length cover, one at the start of each period.</summary>
    public static float Bars(float x, float foot, float length, float period)
    {
        return Math.Clamp((Covered(x + foot / 2) - Covered(x - foot / 2)) / foot, 0, 1);

        float Covered(float end)
        {
            float whole = MathF.Floor(end / period);
            return whole * length + MathF.Min(end - whole * period, length);
        }
    }
}
