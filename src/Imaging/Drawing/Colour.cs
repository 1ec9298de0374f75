namespace EdgeKit.Imaging.Drawing;

/// <summary>A colour, each channel 0 to 255.</summary>
/// <param name="R">Red.</param>
/// <param name="G">Green.</param>
/// <param name="B">Blue.</param>
public readonly record struct Colour(byte R, byte G, byte B)
{
    /// <summary>Black.</summary>
    public static Colour Black => new(0, 0, 0);

    /// <summary>White.</summary>
    public static Colour White => new(255, 255, 255);

    // Hues far apart, bright enough for a dark picture; neighbours in the list differ most.
    private static readonly Colour[] Categories =
    [
        new(255, 196, 0), new(0, 200, 255), new(255, 90, 95), new(90, 220, 90), new(190, 130, 255), new(255, 140, 40), new(60, 230, 190), new(255, 120, 200), new(190, 220, 50),
        new(110, 160, 255),
    ];

    private static readonly Colour[] Masks = [new(40, 110, 255), new(255, 60, 200), new(0, 190, 120), new(255, 150, 0)];

    /// <summary>The colour of a category; it repeats after the tenth.</summary>
    /// <param name="index">Number of the category, 0 or more.</param>
    public static Colour OfCategory(int index) => Categories[index % Categories.Length];

    /// <summary>The colour of a mask: fuller than those of lines and boxes, which are drawn over it; it repeats after the fourth.</summary>
    /// <param name="index">Number of the mask, 0 or more.</param>
    public static Colour OfMask(int index) => Masks[index % Masks.Length];

    /// <summary>Black or white, whichever is easier to read on this colour (by the luma of ITU-R BT.601).</summary>
    public Colour Contrast => 299 * R + 587 * G + 114 * B > 128_000 ? Black : White;
}
