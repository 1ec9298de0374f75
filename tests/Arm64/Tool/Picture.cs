using System.Runtime.InteropServices;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Arm64.Tool;

/// <summary>A seeded input that looks like a picture to a network: smooth gradients, striped discs of colour, a little noise.</summary>
internal static class Picture
{
    private const int Blobs = 30;
    private const int Noise = 12;

    /// <summary>The bytes of an input tensor: INT8 codes as of a picture whose 0..255 the quantization spans, or floats from -2 to 2.</summary>
    public static byte[] For(TensorRecord tensor, int seed)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[tensor.ByteLength];
        int channels, width;
        unsafe
        {
            channels = tensor.Rank > 0 ? tensor.Dims[tensor.Rank - 1] : 1;
            width = tensor.Rank > 2 ? tensor.Dims[tensor.Rank - 2] : 1;
        }
        int height = int.Max(1, (int)(tensor.ElementCount / channels / width));
        float[] pixels = Draw(random, width, height, channels);
        switch (tensor.Type)
        {
            case PlanType.Int8:
                for (int i = 0; i < pixels.Length; i++) bytes[i] = (byte)(sbyte)((int)pixels[i] - 128);
                break;
            case PlanType.Float:
                Span<float> values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
                for (int i = 0; i < pixels.Length; i++) values[i] = (pixels[i] - 128) / 64;
                break;
        }
        return bytes;
    }

    private static float[] Draw(Random random, int width, int height, int channels)
    {
        var pixels = new float[width * height * channels];
        var blobs = new Blob[Blobs];
        for (int i = 0; i < blobs.Length; i++)
            blobs[i] = new Blob(random.NextSingle() * width, random.NextSingle() * height, (0.08f + 0.2f * random.NextSingle()) * width, random.NextSingle() * MathF.Tau, 1 + random.Next(3), random.Next());
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int c = 0; c < channels; c++)
                {
                    float value = 128 + 60f * (x - width / 2) / width * (c % 2 == 0 ? 1 : -1) + 60f * (y - height / 2) / height;
                    foreach (Blob blob in blobs)
                    {
                        if (blob.Covers(x, y)) value = 128 + blob.Color(c) + blob.Texture(x, y);
                    }
                    pixels[(y * width + x) * channels + c] = Math.Clamp(MathF.Round(value + random.Next(-Noise, Noise + 1)), 0, 255);
                }
            }
        }
        return pixels;
    }

    /// <summary>A disc of one colour with stripes across it: what a network answers to an input without fine detail lies in a few of the codes that it was calibrated for.</summary>
    private readonly record struct Blob(float X, float Y, float Radius, float Angle, int Period, int Hue)
    {
        public bool Covers(int x, int y) => (x - X) * (x - X) + (y - Y) * (y - Y) < Radius * Radius;

        public float Color(int channel) => (Hue >> (channel % 4 * 6) & 63) * 2 - 64;

        public float Texture(int x, int y) => (int)MathF.Floor((x * MathF.Cos(Angle) + y * MathF.Sin(Angle)) / Period) % 2 == 0 ? 90 : -90;
    }
}
