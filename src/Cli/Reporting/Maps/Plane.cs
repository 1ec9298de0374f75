using EdgeKit.Imaging;

namespace EdgeKit.Cli.Reporting.Maps;

/// <summary>Numbers over an area: a channel of a feature map, the heat of a picture.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Values">The numbers, row after row.</param>
internal sealed record Plane(int Height, int Width, float[] Values)
{
    /// <summary>One channel of a map [1,C,H,W].</summary>
    public static Plane Of(EdgeKit.Onnx.Tensor map, int channel)
    {
        int height = map.Shape[2], width = map.Shape[3], size = height * width;
        return new Plane(height, width, map.AsSpan<float>().Slice(channel * size, size).ToArray());
    }

    /// <summary>The number at a place.</summary>
    public float this[int y, int x] => Values[y * Width + x];

    /// <summary>The plane in grey of 0 to 255, from its least number to its greatest.</summary>
    public Frame ToGrey()
    {
        float least = Values.Min(), greatest = Values.Max();
        return ToGrey(v => greatest > least ? (v - least) / (greatest - least) : 0);
    }

    /// <summary>The plane in grey of 0 to 255, from 0 to its greatest number; what is below 0 is black.</summary>
    public Frame ToGreyFromZero()
    {
        float greatest = Values.Max();
        return ToGrey(v => greatest > 0 ? v / greatest : 0);
    }

    private Frame ToGrey(Func<float, float> share)
    {
        var frame = new Frame(Width, Height);
        for (int i = 0; i < Values.Length; i++) frame.Pixels.AsSpan(i * 3, 3).Fill((byte)MathF.Round(Math.Clamp(share(Values[i]), 0, 1) * 255));
        return frame;
    }
}
