using EdgeKit.Imaging;

namespace EdgeKit.Cli.Demo;

/// <summary>
/// Renders small pictures of ten kinds of textures, each with a hue that it often has, and with random place, scale, angle, light and noise: data to
/// measure accuracy on where there is none.
/// </summary>
internal static class PictureRenderer
{
    private const float Noise = 5;
    private const float HueSpread = 0.025f;
    private const float LightSpread = 0.3f;

    /// <summary>Renders a picture; the same arguments give the same picture.</summary>
    /// <param name="kind">What it shows.</param>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="seed">Chooses everything else.</param>
    public static Frame Render(PictureKind kind, int size, int seed)
    {
        var random = new Random(seed);
        Texture texture = Texture.Choose(kind, size, random);
        float hue = (int)kind / (float)PictureSet.Classes + HueSpread * Normal(random);
        float[] ink = Colour(hue, Between(random, 0.5f, 1), Between(random, 0.5f, 1));
        float[] ground = Colour(random.NextSingle(), Between(random, 0, 0.2f), Between(random, 0.1f, 0.4f));
        float light = Between(random, -LightSpread, LightSpread), angle = Between(random, 0, MathF.Tau);
        (float lightX, float lightY) = (light * MathF.Cos(angle) / size, light * MathF.Sin(angle) / size);
        var frame = new Frame(size, size);
        for (int y = 0; y < size; y++)
        {
            Span<byte> row = frame.Row(y);
            for (int x = 0; x < size; x++)
            {
                // Half a pixel to either side of an edge is blended.
                float cover = Math.Clamp(0.5f - texture.Distance(x + 0.5f, y + 0.5f), 0, 1);
                float shade = 1 + lightX * (x - size / 2f) + lightY * (y - size / 2f);
                for (int c = 0; c < 3; c++)
                    row[x * 3 + c] = (byte)Math.Clamp((ground[c] + (ink[c] - ground[c]) * cover) * shade + Noise * Normal(random), 0, 255);
            }
        }
        return frame;
    }

    /// <summary>Red, green and blue, 0 to 255, from hue, saturation and value (Smith, "Color Gamut Transform Pairs", 1978).</summary>
    private static float[] Colour(float hue, float saturation, float value)
    {
        return [Channel(5), Channel(3), Channel(1)];

        float Channel(float n)
        {
            float k = (n + hue * 6 + 6) % 6;
            return byte.MaxValue * value * (1 - saturation * Math.Clamp(MathF.Min(k, 4 - k), 0, 1));
        }
    }

    private static float Between(Random random, float low, float high) => low + (high - low) * random.NextSingle();

    /// <summary>Nearly a normal deviate: the sum of three uniform ones, scaled to variance 1.</summary>
    private static float Normal(Random random) => (random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f) * 2;

    /// <summary>A texture in place.</summary>
    private readonly record struct Texture(PictureKind Kind, float CentreX, float CentreY, float Radius, float Period, float Cos, float Sin)
    {
        private const float Line = 0.1f;

        public static Texture Choose(PictureKind kind, int size, Random random)
        {
            float angle = Between(random, -0.15f, 0.15f) + (kind == PictureKind.DiagonalStripes ? MathF.PI / 4 : 0);
            return new Texture(kind, Between(random, size / 3f, size * 2 / 3f), Between(random, size / 3f, size * 2 / 3f),
                Between(random, 0.35f, 0.45f) * size, Between(random, 0.14f, 0.2f) * size, MathF.Cos(angle), MathF.Sin(angle));
        }

        /// <summary>Pixels from a point to the edge of what is drawn; negative inside.</summary>
        public float Distance(float x, float y)
        {
            float dx = x - CentreX, dy = y - CentreY;
            float u = dx * Cos + dy * Sin, v = dy * Cos - dx * Sin;
            float far = MathF.Sqrt(dx * dx + dy * dy);
            return Kind switch
            {
                PictureKind.HorizontalStripes => Band(v),
                PictureKind.VerticalStripes or PictureKind.DiagonalStripes => Band(u),
                PictureKind.Checkerboard => MathF.Min(MathF.Abs(Band(u)), MathF.Abs(Band(v))) * MathF.Sign(Band(u) * Band(v)),
                PictureKind.Dots => MathF.Sqrt(Offset(u) * Offset(u) + Offset(v) * Offset(v)) - Period * 0.28f,
                PictureKind.Rings => Band(far),
                PictureKind.Grid => MathF.Min(MathF.Abs(Offset(u)), MathF.Abs(Offset(v))) - Period * Line,
                PictureKind.Bricks => MathF.Min(MathF.Abs(Offset(v)), MathF.Abs(Offset(u + Course(v) * Period / 2))) - Period * Line,
                PictureKind.Disc => far - Radius,
                _ => -Radius,
            };
        }

        /// <summary>Distance to the nearest edge of stripes across <paramref name="t"/>, half a period wide.</summary>
        private float Band(float t) => MathF.Abs(Offset(t)) - Period / 4;

        /// <summary>Offset from the nearest multiple of the period.</summary>
        private float Offset(float t) => t - MathF.Round(t / Period) * Period;

        /// <summary>Every other course of bricks is moved: 0 or 1.</summary>
        private float Course(float t) => MathF.Abs(MathF.Round(t / Period)) % 2;
    }
}
