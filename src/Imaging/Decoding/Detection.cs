namespace EdgeKit.Imaging.Decoding;

/// <summary>A detected object. The box is in pixels of the picture with edges (not centres) at integers, within the picture.</summary>
/// <param name="Class">Index into the model's labels.</param>
/// <param name="Score">Confidence, 0 to 1.</param>
/// <param name="Left">Left edge.</param>
/// <param name="Top">Top edge.</param>
/// <param name="Right">Right edge, more than <paramref name="Left"/>.</param>
/// <param name="Bottom">Bottom edge, more than <paramref name="Top"/>.</param>
public readonly record struct Detection(int Class, float Score, float Left, float Top, float Right, float Bottom)
{
    /// <summary>Intersection over union with another box: 0 (apart) to 1 (the same).</summary>
    /// <param name="other">The other box.</param>
    public float Iou(in Detection other)
    {
        float width = MathF.Min(Right, other.Right) - MathF.Max(Left, other.Left);
        float height = MathF.Min(Bottom, other.Bottom) - MathF.Max(Top, other.Top);
        if (!(width > 0) || !(height > 0)) return 0;
        float common = width * height;
        return common / (Area + other.Area - common);
    }

    private float Area => (Right - Left) * (Bottom - Top);
}
