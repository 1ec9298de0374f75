using EdgeKit.Imaging;
using EdgeKit.Imaging.Drawing;

namespace EdgeKit.Cli.Drawing;

/// <summary>Numbers as colours, from dark blue over green to yellow: the map "viridis" of matplotlib (CC0), whose lightness rises evenly, so that it reads in grey and with colour-blind eyes too.</summary>
internal static class HeatColours
{
    private static readonly Colour[] Stops =
    [
        new(68, 1, 84), new(72, 40, 120), new(62, 74, 137), new(49, 104, 142), new(38, 130, 142), new(31, 158, 137), new(53, 183, 121), new(110, 206, 88), new(181, 222, 43), new(253, 231, 37),
    ];

    /// <summary>A grey picture in these colours.</summary>
    public static Frame Apply(Frame grey)
    {
        var result = new Frame(grey.Width, grey.Height);
        for (int i = 0; i < grey.Pixels.Length; i += 3) Put(result, i, Of(grey.Pixels[i]));
        return result;
    }

    /// <summary>A picture in grey, with the heat of another of the same size over it; what is cold stays grey.</summary>
    public static Frame Over(Frame picture, Frame heat)
    {
        var result = new Frame(picture.Width, picture.Height);
        for (int i = 0; i < picture.Pixels.Length; i += 3)
        {
            // The luma of ITU-R BT.601.
            int luma = (picture.Pixels[i] * 299 + picture.Pixels[i + 1] * 587 + picture.Pixels[i + 2] * 114) / 1000;
            float opacity = 0.25f + heat.Pixels[i] / 255f * 0.45f;
            Colour c = Of(heat.Pixels[i]);
            Put(result, i, new Colour(Mix(luma, c.R, opacity), Mix(luma, c.G, opacity), Mix(luma, c.B, opacity)));
        }
        return result;
    }

    /// <summary>The colour of a share of 0 to 255.</summary>
    public static Colour Of(byte share)
    {
        int scaled = share * (Stops.Length - 1), stop = Math.Min(scaled / 255, Stops.Length - 2);
        float t = (scaled - stop * 255) / 255f;
        Colour a = Stops[stop], b = Stops[stop + 1];
        return new Colour(Mix(a.R, b.R, t), Mix(a.G, b.G, t), Mix(a.B, b.B, t));
    }

    private static void Put(Frame frame, int at, Colour colour) => (frame.Pixels[at], frame.Pixels[at + 1], frame.Pixels[at + 2]) = (colour.R, colour.G, colour.B);

    private static byte Mix(int under, int over, float opacity) => (byte)MathF.Round(under + (over - under) * opacity);
}
