namespace EdgeKit.Imaging;

/// <summary>Where a fitted picture lies in the model's input: input = source x scale + offset, for each axis, in pixels with edges (not centres) at integers.</summary>
/// <param name="ScaleX">Input pixels for each source column.</param>
/// <param name="ScaleY">Input pixels for each source row.</param>
/// <param name="OffsetX">The input column of the picture's left edge; negative when the sides are cut off.</param>
/// <param name="OffsetY">The input row of the picture's top edge; negative when top and bottom are cut off.</param>
public readonly record struct ImageMapping(float ScaleX, float ScaleY, float OffsetX, float OffsetY)
{
    /// <summary>Takes a point of the model's input, such as the corner of a detected box, back to the source picture. It is not clamped to the picture.</summary>
    /// <param name="x">Column in the input.</param>
    /// <param name="y">Row in the input.</param>
    /// <returns>Column and row in the source picture.</returns>
    public (float X, float Y) ToSource(float x, float y) => ((x - OffsetX) / ScaleX, (y - OffsetY) / ScaleY);
}
