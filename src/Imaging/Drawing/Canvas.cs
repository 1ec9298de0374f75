using System.Numerics;

namespace EdgeKit.Imaging.Drawing;

/// <summary>
/// Draws on a picture, with smooth edges. Coordinates are pixels with edges (not centres) at integers; what lies outside the picture is left out. Lines have a dark rim, so
/// that they are seen on bright ground too.
/// </summary>
/// <param name="frame">The picture that is drawn on.</param>
public sealed class Canvas(Frame frame)
{
    private const float RimOpacity = 0.55f;

    // Beyond this nothing of a line can be seen, and squares of distances stay finite.
    private const float Far = 1e6f;

    private readonly byte[] _coverage = new byte[frame.Width * frame.Height];

    /// <summary>The picture.</summary>
    public Frame Frame => frame;

    /// <summary>A thickness of lines that suits the picture's size.</summary>
    public float LineThickness => MathF.Max(1.5f, MathF.Min(frame.Width, frame.Height) / 240f);

    /// <summary>Draws a line through points, with round joints and ends, and its rim.</summary>
    /// <param name="points">Its points; one alone is a dot.</param>
    /// <param name="thickness">Width of the line in pixels.</param>
    /// <param name="colour">Its colour.</param>
    public void Polyline(ReadOnlySpan<Vector2> points, float thickness, Colour colour)
    {
        Stroke(points, thickness / 2 + MathF.Max(1, thickness / 3), Colour.Black, RimOpacity);
        Stroke(points, thickness / 2, colour, 1);
    }

    /// <summary>Draws the outline of a rectangle.</summary>
    /// <param name="left">Left edge.</param>
    /// <param name="top">Top edge.</param>
    /// <param name="right">Right edge.</param>
    /// <param name="bottom">Bottom edge.</param>
    /// <param name="thickness">Width of the line in pixels.</param>
    /// <param name="colour">Its colour.</param>
    public void Rectangle(float left, float top, float right, float bottom, float thickness, Colour colour) =>
        Polyline([new(left, top), new(right, top), new(right, bottom), new(left, bottom), new(left, top)], thickness, colour);

    /// <summary>Fills a rectangle of whole pixels.</summary>
    /// <param name="left">First column.</param>
    /// <param name="top">First row.</param>
    /// <param name="right">Column after the last.</param>
    /// <param name="bottom">Row after the last.</param>
    /// <param name="colour">The colour.</param>
    /// <param name="opacity">0 (nothing) to 1.</param>
    public void Fill(int left, int top, int right, int bottom, Colour colour, float opacity)
    {
        for (int y = Math.Max(0, top); y < Math.Min(frame.Height, bottom); y++)
            for (int x = Math.Max(0, left); x < Math.Min(frame.Width, right); x++) Blend(x, y, colour, opacity);
    }

    /// <summary>Writes text on a plate of its colour; the plate is moved into the picture where it would leave it.</summary>
    /// <param name="x">Left edge of the plate.</param>
    /// <param name="y">Top edge of the plate.</param>
    /// <param name="text">One line; what is not ASCII shows as a question mark.</param>
    /// <param name="scale">Pixels for a dot of the letters, at least 1.</param>
    /// <param name="plate">Colour of the plate; the letters are black or white.</param>
    public void Label(float x, float y, string text, int scale, Colour plate)
    {
        (int width, int height) = LabelSize(text, scale);
        int left = Inside(x, width, frame.Width), top = Inside(y, height, frame.Height);
        Fill(left, top, left + width, top + height, plate, 0.88f);
        int column = left + scale * 2;
        foreach (char letter in text)
        {
            for (int row = 0; row < BitmapFont.Rows; row++)
                for (int bit = 0; bit < BitmapFont.Columns; bit++)
                {
                    if (!BitmapFont.IsSet(letter, bit, row)) continue;
                    int dotX = column + bit * scale, dotY = top + (row + 1) * scale;
                    Fill(dotX, dotY, dotX + scale, dotY + scale, plate.Contrast, 1);
                }
            column += (BitmapFont.Columns + 1) * scale;
        }
    }

    /// <summary>Width and height of the plate behind a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="scale">Pixels for a dot of the letters.</param>
    public static (int Width, int Height) LabelSize(string text, int scale) => ((text.Length * (BitmapFont.Columns + 1) + 3) * scale, (BitmapFont.Rows + 2) * scale);

    /// <summary>Tints the pixels that a function marks; between 0 and 1 the tint is weaker.</summary>
    /// <param name="coverage">For a pixel (column, row), how much of it is marked: nothing at 0 and below, all at 1 and above.</param>
    /// <param name="colour">The tint.</param>
    /// <param name="opacity">Its strength where all is marked.</param>
    public void Tint(Func<int, int, float> coverage, Colour colour, float opacity)
    {
        for (int y = 0; y < frame.Height; y++)
            for (int x = 0; x < frame.Width; x++)
            {
                float covered = coverage(x, y);
                if (covered > 0) Blend(x, y, colour, MathF.Min(covered, 1) * opacity);
            }
    }

    // What the segments cover is put together before it is blended, so that joints are no darker than the rest.
    private void Stroke(ReadOnlySpan<Vector2> points, float radius, Colour colour, float opacity)
    {
        Bounds all = Bounds.None;
        for (int i = 0; i < points.Length; i++)
        {
            Vector2 a = points[Math.Max(0, i - 1)], b = points[i];
            if (i == 0 && points.Length > 1) continue;
            if (!(a.LengthSquared() < Far * Far) || !(b.LengthSquared() < Far * Far)) continue;
            Bounds own = Bounds.Around(a, b, radius + 1, frame);
            all = all.With(own);
            Cover(a, b, radius, own);
        }
        for (int y = all.Top; y < all.Bottom; y++)
        {
            Span<byte> row = _coverage.AsSpan(y * frame.Width, frame.Width);
            for (int x = all.Left; x < all.Right; x++)
            {
                if (row[x] == 0) continue;
                Blend(x, y, colour, opacity * row[x] / 255);
                row[x] = 0;
            }
        }
    }

    private void Cover(Vector2 a, Vector2 b, float radius, Bounds bounds)
    {
        Vector2 along = b - a;
        float squared = along.LengthSquared();
        for (int y = bounds.Top; y < bounds.Bottom; y++)
            for (int x = bounds.Left; x < bounds.Right; x++)
            {
                Vector2 from = new Vector2(x + 0.5f, y + 0.5f) - a;
                float t = squared > 0 ? Math.Clamp(Vector2.Dot(from, along) / squared, 0, 1) : 0;
                float covered = Math.Clamp(radius + 0.5f - (from - t * along).Length(), 0, 1);
                ref byte cell = ref _coverage[y * frame.Width + x];
                cell = Math.Max(cell, (byte)MathF.Round(covered * 255));
            }
    }

    private void Blend(int x, int y, Colour colour, float opacity)
    {
        Span<byte> pixel = frame.Pixels.AsSpan((y * frame.Width + x) * 3, 3);
        pixel[0] = Mix(pixel[0], colour.R, opacity);
        pixel[1] = Mix(pixel[1], colour.G, opacity);
        pixel[2] = Mix(pixel[2], colour.B, opacity);
    }

    private static byte Mix(byte under, byte over, float opacity) => (byte)MathF.Round(under + (over - under) * Math.Clamp(opacity, 0, 1));

    private static int Inside(float start, int length, int room) => (int)Math.Clamp(MathF.Round(start), 0, Math.Max(0, room - length));

    private readonly record struct Bounds(int Left, int Top, int Right, int Bottom)
    {
        public static Bounds None => new(int.MaxValue, int.MaxValue, 0, 0);

        public static Bounds Around(Vector2 a, Vector2 b, float margin, Frame frame) => new(
            (int)MathF.Max(0, MathF.Min(a.X, b.X) - margin), (int)MathF.Max(0, MathF.Min(a.Y, b.Y) - margin),
            (int)MathF.Min(frame.Width, MathF.Max(a.X, b.X) + margin + 1), (int)MathF.Min(frame.Height, MathF.Max(a.Y, b.Y) + margin + 1));

        public Bounds With(Bounds other) => new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));
    }
}
