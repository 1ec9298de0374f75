using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>What is painted within an outline.</summary>
internal interface IPaint
{
    /// <summary>The new colour of a pixel that the outline covers wholly.</summary>
    Vector3 At(int x, int y, Vector3 below);
}

/// <summary>One colour.</summary>
internal readonly record struct FlatPaint(Vector3 Colour) : IPaint
{
    public Vector3 At(int x, int y, Vector3 below) => Colour;
}

/// <summary>Darkens what is below.</summary>
internal readonly record struct ShadowPaint(float Keep) : IPaint
{
    public Vector3 At(int x, int y, Vector3 below) => below * Keep;
}

/// <summary>A picture in linear light, with the distance of the ground and the topmost object of every pixel. Reused from scene to scene.</summary>
internal sealed class Canvas
{
    /// <summary>Ground or backdrop, and what is painted without covering it.</summary>
    public const ushort Nothing = 0;

    /// <summary>All that covers what is behind it but is no labelled object.</summary>
    public const ushort Scenery = 1;

    /// <summary>The first labelled object.</summary>
    public const ushort FirstObject = 2;

    private const int Lines = 4;

    private float[] _cover = [];
    private int[] _totals = new int[64];

    public int Width { get; private set; }

    public int Height { get; private set; }

    public Vector3[] Pixels { get; private set; } = [];

    /// <summary>A second picture of the same size, for filters.</summary>
    public Vector3[] Spare { get; private set; } = [];

    /// <summary>Metres to the ground; infinite above it.</summary>
    public float[] Depth { get; private set; } = [];

    /// <summary>The object on top of each pixel.</summary>
    public ushort[] Ids { get; private set; } = [];

    public void Resize(int width, int height)
    {
        (Width, Height) = (width, height);
        if (Pixels.Length < width * height)
        {
            Pixels = new Vector3[width * height];
            Spare = new Vector3[width * height];
            Depth = new float[width * height];
            Ids = new ushort[width * height];
        }
        if (_cover.Length < width + 3) _cover = new float[width + 3];
        Ids.AsSpan(0, width * height).Clear();
        _totals.AsSpan().Clear();
    }

    /// <summary>Exchanges the picture with the spare one.</summary>
    public void Swap() => (Pixels, Spare) = (Spare, Pixels);

    /// <summary>Number of an object's pixels, hidden or not.</summary>
    public int Total(ushort id) => id < _totals.Length ? _totals[id] : 0;

    /// <summary>Paints a polygon with smooth edges, where the ground does not hide it.</summary>
    /// <param name="outline">Its corners in pixels; not crossing itself.</param>
    /// <param name="paint">The paint.</param>
    /// <param name="alpha">Opacity.</param>
    /// <param name="near">Nearest distance of what it belongs to, in metres.</param>
    /// <param name="id">The object it belongs to, <see cref="Scenery"/> or <see cref="Nothing"/>.</param>
    public void Fill<T>(ReadOnlySpan<Vector2> outline, T paint, float alpha, float near, ushort id) where T : struct, IPaint
    {
        if (outline.Length < 3) return;
        float top = float.MaxValue, bottom = float.MinValue, left = float.MaxValue, right = float.MinValue;
        foreach (Vector2 corner in outline)
        {
            top = MathF.Min(top, corner.Y);
            bottom = MathF.Max(bottom, corner.Y);
            left = MathF.Min(left, corner.X);
            right = MathF.Max(right, corner.X);
        }
        if (!(right > 0 && left < Width && bottom > 0 && top < Height)) return;
        int firstRow = (int)MathF.Max(top, 0), lastRow = (int)MathF.Min(bottom, Height - 1);
        int firstColumn = (int)MathF.Max(left, 0), lastColumn = (int)MathF.Min(right, Width - 1);
        if (id >= _totals.Length) Array.Resize(ref _totals, id * 2);
        Span<float> cover = _cover;
        for (int y = firstRow; y <= lastRow; y++)
        {
            cover[firstColumn..(lastColumn + 3)].Clear();
            Accumulate(outline, y, cover);
            float sum = 0;
            for (int x = firstColumn; x <= lastColumn; x++)
            {
                sum += cover[x];
                // Which way round the outline runs decides the sign.
                float share = MathF.Min(MathF.Abs(sum), 1);
                if (share < 0.004f) continue;
                int p = y * Width + x;
                if (near > Depth[p] * 1.03f + 0.5f) continue;
                Vector3 below = Pixels[p];
                Pixels[p] = Mix(below, paint.At(x, y, below), share * alpha);
                if (share < 0.5f || id == Nothing || Ids[p] == id) continue;
                Ids[p] = id;
                _totals[id]++;
            }
        }
    }

    /// <summary>Adds what lies to the right of each edge within a row, up for edges that go down and down for those that go up, as differences from pixel to pixel.</summary>
    private void Accumulate(ReadOnlySpan<Vector2> outline, int row, Span<float> cover)
    {
        Vector2 last = outline[^1];
        foreach (Vector2 next in outline)
        {
            bool falls = next.Y > last.Y;
            Vector2 upper = falls ? last : next, lower = falls ? next : last;
            if (upper.Y < row + 1 && lower.Y > row)
            {
                float slope = (lower.X - upper.X) / (lower.Y - upper.Y), weight = falls ? 1f / Lines : -1f / Lines;
                for (int line = 0; line < Lines; line++)
                {
                    float y = row + (line + 0.5f) / Lines;
                    if (y >= upper.Y && y < lower.Y) Step(cover, Math.Clamp(upper.X + slope * (y - upper.Y), 0, Width), weight);
                }
            }
            last = next;
        }
    }

    private static void Step(Span<float> cover, float x, float weight)
    {
        int column = (int)x;
        float within = x - column;
        cover[column] += weight * (1 - within);
        cover[column + 1] += weight * within;
    }
}
