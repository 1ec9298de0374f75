using System.Numerics;

namespace EdgeKit.Imaging.Decoding;

/// <summary>The way from the model's input back to the picture.</summary>
internal readonly record struct Placement(ImageMapping Mapping, int Width, int Height)
{
    /// <summary>A box of the input in the picture, cut off at its edges; false where nothing is left of it, or a coordinate is not a number.</summary>
    public bool TryPlace(int classIndex, float score, float left, float top, float right, float bottom, out Detection box)
    {
        (left, top) = Mapping.ToSource(left, top);
        (right, bottom) = Mapping.ToSource(right, bottom);
        box = new Detection(classIndex, MathF.Min(score, 1), MathF.Max(left, 0), MathF.Max(top, 0), MathF.Min(right, Width), MathF.Min(bottom, Height));
        return box.Right > box.Left && box.Bottom > box.Top;
    }

    /// <summary>A point of the input in the picture; it may lie outside.</summary>
    public Vector2 Place(float x, float y)
    {
        (x, y) = Mapping.ToSource(x, y);
        return new Vector2(x, y);
    }
}
