using System.Runtime.InteropServices;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Arm64.Tool;

/// <summary>A seeded input that looks like a picture to a network: smooth gradients, blobs of colour, a little noise.</summary>
internal static class Picture
{
    private const int Blobs = 12;
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
        var blobs = new (float X, float Y, float Radius, int Channel, float Height)[Blobs * int.Min(channels, 4)];
        for (int i = 0; i < blobs.Length; i++)
            blobs[i] = (random.NextSingle() * width, random.NextSingle() * height, (0.05f + 0.2f * random.NextSingle()) * width, random.Next(channels), random.NextSingle() * 240 - 120);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int c = 0; c < channels; c++)
                    pixels[(y * width + x) * channels + c] = 128 + 60f * (x - width / 2) / width * (c % 2 == 0 ? 1 : -1) + 60f * (y - height / 2) / height + random.Next(-Noise, Noise + 1);
                foreach (var blob in blobs)
                {
                    float dx = x - blob.X, dy = y - blob.Y;
                    if (dx * dx + dy * dy < blob.Radius * blob.Radius) pixels[(y * width + x) * channels + blob.Channel] += blob.Height;
                }
            }
        }
        for (int i = 0; i < pixels.Length; i++) pixels[i] = Math.Clamp(MathF.Round(pixels[i]), 0, 255);
        return pixels;
    }
}
