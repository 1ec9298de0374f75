using System.Numerics;

namespace EdgeKit.Imaging.Scenes;

/// <summary>
/// A pinhole camera with one term of radial distortion. The world is in metres: x to the right, y up, z along the road, the origin on the road below the
/// camera.
/// </summary>
internal sealed class Camera
{
    private const float Near = 0.3f;

    private readonly float _centreX, _centreY, _distortion;
    private readonly Vector3 _right, _up, _forward;

    public Camera(SceneRandom random, int width, int height)
    {
        (Width, Height) = (width, height);
        float view = random.Chance(0.7f) ? random.Between(42, 72) : random.Between(35, 110);
        Focal = width / 2f / SceneMath.Tan(view / 2 * (MathF.PI / 180));
        float cameraHeight = random.Chance(0.75f) ? random.Between(1.1f, 1.7f) : random.Between(0.8f, 2.5f);
        Position = new Vector3(random.Chance(0.85f) ? random.Around(0.7f) : random.Around(1.8f), cameraHeight, 0);
        float horizon = random.Chance(0.75f) ? random.Between(0.32f, 0.58f) : random.Between(0.2f, 0.65f);
        // Part of the horizon's offset comes from the pitch, the rest from cropping.
        float offset = (0.5f - horizon) * height, pitched = offset * random.Unit();
        _centreX = width / 2f * (1 + random.Around(0.06f));
        _centreY = height / 2f - (offset - pitched);
        _distortion = random.Chance(0.5f) ? 0 : random.Skewed(0, 0.12f, 2);
        float yaw = random.Around(random.Chance(0.8f) ? 0.06f : 0.2f), roll = random.Around(random.Chance(0.8f) ? 0.02f : 0.07f);
        float tan = pitched / Focal, cosPitch = 1 / MathF.Sqrt(1 + tan * tan), sinPitch = tan * cosPitch;
        (float sinYaw, float cosYaw, float sinRoll, float cosRoll) = (SceneMath.Sin(yaw), SceneMath.Cos(yaw), SceneMath.Sin(roll), SceneMath.Cos(roll));
        _forward = new Vector3(sinYaw * cosPitch, -sinPitch, cosYaw * cosPitch);
        var level = new Vector3(cosYaw, 0, -sinYaw);
        Vector3 above = SceneMath.Cross(_forward, level);
        _right = level * cosRoll + above * sinRoll;
        _up = above * cosRoll - level * sinRoll;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Focal length in pixels.</summary>
    public float Focal { get; }

    public Vector3 Position { get; }

    /// <summary>The direction in the world that a point of the picture shows, not of unit length.</summary>
    public Vector3 Ray(float x, float y)
    {
        float a = (x - _centreX) / Focal, b = (_centreY - y) / Focal;
        float stretch = 1 + _distortion * (a * a + b * b);
        return _right * (a * stretch) + _up * (b * stretch) + _forward;
    }

    /// <summary>A point of the world in the camera's axes: right, up, forward.</summary>
    public Vector3 ToCamera(Vector3 world)
    {
        Vector3 d = world - Position;
        return new Vector3(SceneMath.Dot(d, _right), SceneMath.Dot(d, _up), SceneMath.Dot(d, _forward));
    }

    /// <summary>Where the picture shows a point given in the camera's axes, which must not lie behind the near plane.</summary>
    public Vector2 ToPicture(Vector3 camera)
    {
        float a = camera.X / camera.Z, b = camera.Y / camera.Z;
        if (_distortion > 0)
        {
            // The radius r in the picture solves r (1 + k r²) = R: Newton's method.
            float wide = MathF.Sqrt(a * a + b * b), r = wide / (1 + _distortion * MathF.Min(wide * wide, 4));
            for (int i = 0; i < 4; i++) r -= (r * (1 + _distortion * r * r) - wide) / (1 + 3 * _distortion * r * r);
            float shrink = 1 / (1 + _distortion * r * r);
            a *= shrink;
            b *= shrink;
        }
        return new Vector2(_centreX + a * Focal, _centreY - b * Focal);
    }

    /// <summary>Projects a point of the world.</summary>
    /// <returns>False where the point is not in front of the camera.</returns>
    public bool Project(Vector3 world, out Vector2 picture)
    {
        Vector3 camera = ToCamera(world);
        picture = camera.Z > Near ? ToPicture(camera) : default;
        return camera.Z > Near;
    }

    /// <summary>Projects a polygon, cut off at the near plane.</summary>
    /// <param name="world">Its corners.</param>
    /// <param name="picture">Room for one corner more.</param>
    /// <returns>Corners in the picture; 0 if nothing is in front of the camera.</returns>
    public int Project(ReadOnlySpan<Vector3> world, Span<Vector2> picture)
    {
        int count = 0;
        Vector3 last = ToCamera(world[^1]);
        foreach (Vector3 corner in world)
        {
            Vector3 next = ToCamera(corner);
            if (next.Z > Near != last.Z > Near) picture[count++] = ToPicture(SceneMath.Mix(last, next, (Near - last.Z) / (next.Z - last.Z)));
            if (next.Z > Near) picture[count++] = ToPicture(next);
            last = next;
        }
        return count;
    }
}
