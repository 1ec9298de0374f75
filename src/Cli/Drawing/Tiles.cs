using EdgeKit.Imaging;

namespace EdgeKit.Cli.Drawing;

/// <summary>Pictures of one size side by side in one picture, on grey ground.</summary>
internal static class Tiles
{
    private const byte Ground = 128;

    /// <summary>Lays pictures out in rows.</summary>
    /// <param name="pictures">Pictures of one size, at least one.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="gap">Pixels between them.</param>
    public static Frame Of(IReadOnlyList<Frame> pictures, int columns, int gap)
    {
        int width = pictures[0].Width, height = pictures[0].Height, across = Math.Min(columns, pictures.Count), down = (pictures.Count + columns - 1) / columns;
        var sheet = new Frame(across * (width + gap) - gap, down * (height + gap) - gap);
        sheet.Pixels.AsSpan().Fill(Ground);
        for (int i = 0; i < pictures.Count; i++)
        {
            int left = i % columns * (width + gap), top = i / columns * (height + gap);
            for (int y = 0; y < height; y++) pictures[i].Row(y).CopyTo(sheet.Row(top + y)[(left * 3)..]);
        }
        return sheet;
    }

    /// <summary>A picture enlarged by a whole number, each pixel a square.</summary>
    public static Frame Enlarged(Frame picture, int factor)
    {
        var result = new Frame(picture.Width * factor, picture.Height * factor);
        for (int y = 0; y < result.Height; y++)
            for (int x = 0; x < result.Width; x++) picture.Row(y / factor).Slice(x / factor * 3, 3).CopyTo(result.Row(y)[(x * 3)..]);
        return result;
    }
}
