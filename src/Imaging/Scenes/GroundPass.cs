using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>Casts a ray through every pixel: the ground where it meets it, the backdrop elsewhere.</summary>
internal sealed class GroundPass(Camera camera, Ground ground, Atmosphere air)
{
    public required RoadSurface Surface { get; init; }

    public required RoadPaint Paint { get; init; }

    public required bool LanePaint { get; init; }

    public required RoadMarks? Marks { get; init; }

    public required GroundShadows? Shadows { get; init; }

    public required Backdrop Backdrop { get; init; }

    /// <summary>Where to mark the pixels of the carriageway.</summary>
    public required byte[]? Drivable { get; init; }

    public void Draw(Canvas canvas)
    {
        float pixel = 1 / camera.Focal, horizon = ground.Horizon;
        int hint = 0, block = Math.Clamp(canvas.Width / 32, 1, 8);
        for (int y = 0; y < canvas.Height; y++)
        {
            int noise = (int)(SceneRandom.Mix((ulong)y) & 0xFFFF), start = y * canvas.Width;
            (float slope, float aside) = Direction(0, y);
            for (int left = 0; left < canvas.Width; left += block)
            {
                // Within a few pixels the direction is linear.
                (float nextSlope, float nextAside) = Direction(left + block, y);
                float slopeStep = (nextSlope - slope) / block, asideStep = (nextAside - aside) / block;
                int right = Math.Min(left + block, canvas.Width);
                for (int x = left; x < right; x++)
                {
                    Pixel(canvas, start + x, slope + slopeStep * (x - left), aside + asideStep * (x - left), pixel, horizon, NoiseTile.White.At(noise + x), ref hint);
                }
                (slope, aside) = (nextSlope, nextAside);
            }
        }
    }

    /// <summary>Rise and metres to the right per metre ahead, in the middle of a pixel.</summary>
    private (float Slope, float Aside) Direction(int x, int y)
    {
        Vector3 ray = camera.Ray(x + 0.5f, y + 0.5f);
        float inverse = 1 / MathF.Max(ray.Z, 0.05f);
        return (ray.Y * inverse, ray.X * inverse);
    }

    private void Pixel(Canvas canvas, int index, float slope, float aside, float pixel, float horizon, float grain, ref int hint)
    {
        float seen = Beyond(horizon - slope, pixel);
        Vector3 colour = seen < 1 ? Backdrop.At(slope, aside, pixel) : default;
        float depth = float.PositiveInfinity;
        if (seen > 0)
        {
            GroundPoint point = ground.Meet(MathF.Min(slope, horizon), aside, ref hint);
            Vector3 light = Light(point, aside, pixel, grain, out float paved);
            colour = seen < 1 ? Mix(colour, light, seen) : light;
            if (seen > 0.5f)
            {
                depth = point.Z;
                if (Drivable is not null && paved > 0.5f) Drivable[index] = 1;
            }
        }
        canvas.Pixels[index] = colour;
        canvas.Depth[index] = depth;
    }

    /// <summary>The light that a point of the ground sends to the camera.</summary>
    private Vector3 Light(in GroundPoint point, float aside, float pixel, float grain, out float paved)
    {
        float length = point.Depth * pixel, foot = point.Z * pixel + MathF.Abs(point.Drift) * length;
        Vector3 albedo = Surface.Albedo(point, foot, length, grain, out paved);
        if (air.Wet > 0 && paved > 0) albedo *= 1 - 0.5f * air.Wet * paved;
        if (Marks is not null && paved > 0)
        {
            float mark = Marks.Cover(point, foot, length);
            if (mark > 0) albedo = Mix(albedo, Paint.White, mark * Paint.Kept(point.Across, point.Z, foot));
        }
        if (LanePaint) albedo = Paint.Cover(albedo, point, foot, length);
        float shadow = Shadows?.At(point, foot, length) ?? 0;
        return air.Through(albedo * air.OnGround(point.Z, aside, shadow), point.Z);
    }
}
