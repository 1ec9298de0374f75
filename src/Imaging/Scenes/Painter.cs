using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>Paints shapes of the world into the canvas, object by object from far to near, and keeps the box of each.</summary>
internal sealed class Painter(Canvas canvas, Camera camera, Atmosphere air)
{
    private const int MaxCorners = 32;

    private ushort _id;
    private float _near;
    private Box _whole, _inside;

    public Atmosphere Air => air;

    public Camera Camera => camera;

    /// <summary>Turns to the next object.</summary>
    /// <param name="id">Its number, or <see cref="Canvas.Scenery"/> for what gets no label.</param>
    /// <param name="near">Its nearest distance in metres.</param>
    public void Begin(ushort id, float near)
    {
        (_id, _near) = (id, near);
        (_whole, _inside) = (Box.Empty, Box.Empty);
    }

    /// <summary>The box around all that was painted of the object, within the picture or not.</summary>
    public Box Whole => _whole;

    /// <summary>The box around what of it lies within the picture.</summary>
    public Box Inside => _inside;

    /// <summary>Paints a convex face that light falls on.</summary>
    /// <param name="corners">Its corners.</param>
    /// <param name="albedo">What it reflects.</param>
    /// <param name="inner">A point behind it, for the side that it faces; null for a face seen from both sides.</param>
    /// <returns>Whether it faces the camera.</returns>
    public bool Face(ReadOnlySpan<Vector3> corners, Vector3 albedo, Vector3? inner = null)
    {
        Vector3 middle = Middle(corners), normal = Normal(corners);
        float size = Dot(normal, normal);
        if (size < 1e-8f) return false;
        normal /= MathF.Sqrt(size);
        Vector3 toCamera = camera.Position - middle;
        if (Dot(normal, inner is { } behind ? middle - behind : toCamera) < 0) normal = -normal;
        if (inner is not null && Dot(normal, toCamera) <= 0) return false;
        Emit(corners, new FlatPaint(air.Shade(albedo, normal, middle)));
        return true;
    }

    /// <summary>Paints a convex face with light of its own.</summary>
    public void Lamp(ReadOnlySpan<Vector3> corners, Vector3 light) => Emit(corners, new FlatPaint(air.Through(light, corners[0].Z)));

    /// <summary>Paints a convex shape.</summary>
    public void Emit<T>(ReadOnlySpan<Vector3> corners, T paint, float alpha = 1) where T : struct, IPaint
    {
        Span<Vector2> outline = stackalloc Vector2[MaxCorners];
        outline = outline[..camera.Project(corners, outline)];
        if (outline.Length > 0)
        {
            Box box = Box.Around(outline);
            _whole = _whole.With(box);
            Span<Vector2> cut = stackalloc Vector2[MaxCorners + 8], spare = stackalloc Vector2[MaxCorners + 8];
            _inside = _inside.With(box.Within(canvas.Width, canvas.Height) ? box : Box.Around(Clip(outline, cut, spare)));
        }
        canvas.Fill<T>(outline, paint, alpha, _near, _id);
    }

    /// <summary>Darkens the ground within a convex outline.</summary>
    public void Shade(ReadOnlySpan<Vector3> corners, float keep)
    {
        Span<Vector2> outline = stackalloc Vector2[MaxCorners];
        outline = outline[..camera.Project(corners, outline)];
        canvas.Fill(outline, new ShadowPaint(keep), 1, _near, Canvas.Nothing);
    }

    /// <summary>Adds a soft shine around a lamp; it belongs to no object.</summary>
    /// <param name="at">Where.</param>
    /// <param name="light">Light in its middle.</param>
    /// <param name="size">Radius in metres.</param>
    /// <param name="tail">How much longer it is downwards, as on a wet road.</param>
    public void Glow(Vector3 at, Vector3 light, float size, float tail = 0)
    {
        Vector3 place = camera.ToCamera(at);
        if (place.Z < 1) return;
        Vector2 centre = camera.ToPicture(place);
        float radius = MathF.Min(MathF.Max(size * camera.Focal / place.Z, 1.2f), canvas.Width * 0.4f), inverse = 1 / radius, down = radius * (1 + tail);
        light *= air.Clear(place.Z);
        int top = (int)MathF.Max(centre.Y - radius, 0), bottom = (int)MathF.Min(centre.Y + down, canvas.Height - 1);
        int left = (int)MathF.Max(centre.X - radius, 0), right = (int)MathF.Min(centre.X + radius, canvas.Width - 1);
        for (int y = top; y <= bottom; y++)
        {
            float dy = y + 0.5f - centre.Y;
            dy *= dy > 0 ? 1 / down : inverse;
            for (int x = left; x <= right; x++)
            {
                float dx = (x + 0.5f - centre.X) * inverse, near = 1 - dx * dx - dy * dy;
                if (near > 0) canvas.Pixels[y * canvas.Width + x] += light * (near * near * near);
            }
        }
    }

    /// <summary>Cuts a convex outline off at the picture's edges.</summary>
    private ReadOnlySpan<Vector2> Clip(ReadOnlySpan<Vector2> outline, Span<Vector2> cut, Span<Vector2> spare)
    {
        for (int edge = 0; edge < 4 && outline.Length > 0; edge++)
        {
            int count = 0;
            Vector2 last = outline[^1];
            float lastIn = Inwards(last, edge);
            foreach (Vector2 next in outline)
            {
                float nextIn = Inwards(next, edge);
                if (nextIn >= 0 != lastIn >= 0) cut[count++] = Mix(last, next, lastIn / (lastIn - nextIn));
                if (nextIn >= 0) cut[count++] = next;
                (last, lastIn) = (next, nextIn);
            }
            outline = cut[..count];
            Span<Vector2> used = cut;
            cut = spare;
            spare = used;
        }
        return outline;
    }

    private float Inwards(Vector2 corner, int edge) => edge switch { 0 => corner.X, 1 => canvas.Width - corner.X, 2 => corner.Y, _ => canvas.Height - corner.Y };

    public static Vector3 Middle(ReadOnlySpan<Vector3> corners)
    {
        Vector3 sum = default;
        foreach (Vector3 corner in corners) sum += corner;
        return sum / corners.Length;
    }

    /// <summary>Newell's normal, not of unit length.</summary>
    private static Vector3 Normal(ReadOnlySpan<Vector3> corners)
    {
        Vector3 sum = default, last = corners[^1];
        foreach (Vector3 next in corners)
        {
            sum += Cross(last - corners[0], next - corners[0]);
            last = next;
        }
        return sum;
    }
}

/// <summary>A box in the picture, in pixels.</summary>
internal readonly record struct Box(float Left, float Top, float Right, float Bottom)
{
    public static Box Empty => new(float.MaxValue, float.MaxValue, float.MinValue, float.MinValue);

    public float Area => MathF.Max(Right - Left, 0) * MathF.Max(Bottom - Top, 0);

    public static Box Around(ReadOnlySpan<Vector2> corners)
    {
        (float left, float top, float right, float bottom) = Empty;
        foreach (Vector2 corner in corners)
        {
            (left, right) = (MathF.Min(left, corner.X), MathF.Max(right, corner.X));
            (top, bottom) = (MathF.Min(top, corner.Y), MathF.Max(bottom, corner.Y));
        }
        return new Box(left, top, right, bottom);
    }

    public bool Within(int width, int height) => Left >= 0 && Top >= 0 && Right <= width && Bottom <= height;

    /// <summary>The box around both.</summary>
    public Box With(Box other) =>
        new(MathF.Min(Left, other.Left), MathF.Min(Top, other.Top), MathF.Max(Right, other.Right), MathF.Max(Bottom, other.Bottom));
}

/// <summary>Axes of something that stands on the ground: across to its right, up, and along to its front.</summary>
internal readonly record struct Pose(Vector3 Origin, Vector3 Right, Vector3 Up, Vector3 Front)
{
    /// <summary>On the road, turned from its course by an angle, positive to the right.</summary>
    public static Pose On(RoadPoint road, float across, float turn)
    {
        float sin = Sin(turn), cos = Cos(turn);
        Vector3 along = Unit(new Vector3(road.Tan, 0, 1)), aside = new(along.Z, 0, -along.X);
        return new Pose(road.Beside(across), aside * cos - along * sin, Vector3.UnitY, along * cos + aside * sin);
    }

    public Vector3 At(float across, float up, float along) => Origin + Right * across + Up * up + Front * along;
}

/// <summary>Something that stands in the scene.</summary>
internal abstract class Prop
{
    /// <summary>Distance of its middle in metres, for the order of painting.</summary>
    public required float Z { get; init; }

    /// <summary>Half of its extent along the road in metres.</summary>
    public float Depth { get; init; }

    /// <summary>What its label says, if it has one.</summary>
    public virtual SceneObjectKind? Kind => null;

    /// <summary>Its number among the objects, or <see cref="Canvas.Scenery"/>.</summary>
    public ushort Id { get; set; } = Canvas.Scenery;

    /// <summary>Darkens the ground below it, before anything is painted.</summary>
    public virtual void Shade(Painter painter)
    {
    }

    /// <summary>What belongs to it but not to its labelled part: a pole, a glow.</summary>
    public virtual void PaintBefore(Painter painter)
    {
    }

    public abstract void Paint(Painter painter);

    /// <summary>Shine over what is painted.</summary>
    public virtual void PaintAfter(Painter painter)
    {
    }
}
