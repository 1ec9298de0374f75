using EdgeKit.Imaging;

namespace EdgeKit.Cli.Demo;

/// <summary>Renders small pictures of ten kinds with random colours, place, size, angle, light and noise: data to measure accuracy on where there is none.</summary>
internal static class PictureRenderer
{
    private const float Noise = 18;
    private const float LeastContrast = 60;

    /// <summary>Renders a picture; the same arguments give the same picture.</summary>
    /// <param name="kind">What it shows.</param>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="seed">Chooses everything else.</param>
    public static Frame Render(PictureKind kind, int size, int seed)
    {
        var random = new Random(seed);
        Scene scene = Scene.Choose(kind, size, random);
        (float[] background, float[] foreground) = Colours(random);
        float light = Between(random, -0.3f, 0.3f), lightAngle = Between(random, 0, MathF.Tau);
        var frame = new Frame(size, size);
        for (int y = 0; y < size; y++)
        {
            Span<byte> row = frame.Row(y);
            for (int x = 0; x < size; x++)
            {
                // Half a pixel to either side of the edge is blended.
                float cover = Math.Clamp(0.5f - scene.Distance(x + 0.5f, y + 0.5f), 0, 1);
                float shade = 1 + light * (MathF.Cos(lightAngle) * (x - size / 2f) + MathF.Sin(lightAngle) * (y - size / 2f)) / size;
                for (int c = 0; c < 3; c++)
                {
                    float value = (background[c] + (foreground[c] - background[c]) * cover) * shade + Noise * Gaussian(random);
                    row[x * 3 + c] = (byte)Math.Clamp(value, 0, 255);
                }
            }
        }
        return frame;
    }

    private static (float[] Background, float[] Foreground) Colours(Random random)
    {
        while (true)
        {
            float[] a = [Between(random, 0, 255), Between(random, 0, 255), Between(random, 0, 255)];
            float[] b = [Between(random, 0, 255), Between(random, 0, 255), Between(random, 0, 255)];
            if (MathF.Abs(a.Sum() - b.Sum()) / 3 >= LeastContrast) return (a, b);
        }
    }

    private static float Between(Random random, float low, float high) => low + (high - low) * random.NextSingle();

    /// <summary>A normal deviate, closely enough: the sum of three uniform ones, scaled to variance 1.</summary>
    private static float Gaussian(Random random) => (random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f) * 2;

    /// <summary>A figure or texture in place: everything about the picture but its colours.</summary>
    private readonly record struct Scene(PictureKind Kind, float CentreX, float CentreY, float Radius, float Period, float Cos, float Sin)
    {
        public static Scene Choose(PictureKind kind, int size, Random random)
        {
            float radius = Between(random, 0.22f, 0.36f) * size;
            float reach = kind >= PictureKind.HorizontalStripes ? size / 2f : radius;
            bool striped = kind is PictureKind.HorizontalStripes or PictureKind.VerticalStripes;
            float angle = striped ? Between(random, -0.35f, 0.35f) : Between(random, 0, MathF.Tau);
            return new Scene(kind, Between(random, reach, size - reach), Between(random, reach, size - reach), radius,
                Between(random, 0.13f, 0.22f) * size, MathF.Cos(angle), MathF.Sin(angle));
        }

        /// <summary>Pixels from a point to the edge of what is drawn; negative inside.</summary>
        public float Distance(float x, float y)
        {
            float dx = x - CentreX, dy = y - CentreY;
            float u = dx * Cos + dy * Sin, v = dy * Cos - dx * Sin;
            float far = MathF.Sqrt(dx * dx + dy * dy);
            return Kind switch
            {
                PictureKind.Disc => far - Radius,
                PictureKind.Square => MathF.Max(MathF.Abs(u), MathF.Abs(v)) - Radius * 0.85f,
                PictureKind.Triangle => MathF.Max(MathF.Max(v, 0.866f * u - 0.5f * v), -0.866f * u - 0.5f * v) - Radius * 0.55f,
                PictureKind.Ring => MathF.Abs(far - Radius * 0.8f) - Radius * 0.2f,
                PictureKind.Cross => MathF.Max(MathF.Min(MathF.Abs(u), MathF.Abs(v)) - Radius * 0.25f, MathF.Max(MathF.Abs(u), MathF.Abs(v)) - Radius),
                PictureKind.HorizontalStripes => Band(v),
                PictureKind.VerticalStripes => Band(u),
                PictureKind.Checkerboard => Band(u) * Band(v) > 0 ? MathF.Min(MathF.Abs(Band(u)), MathF.Abs(Band(v))) : -MathF.Min(MathF.Abs(Band(u)), MathF.Abs(Band(v))),
                PictureKind.Dots => MathF.Sqrt(Square(Offset(u)) + Square(Offset(v))) - Period * 0.28f,
                _ => Band(far),
            };
        }

        /// <summary>Distance to the nearest edge of stripes across <paramref name="t"/>, half a period wide.</summary>
        private float Band(float t) => MathF.Abs(Offset(t)) - Period / 4;

        /// <summary>Offset from the nearest multiple of the period.</summary>
        private float Offset(float t) => t - MathF.Round(t / Period) * Period;

        private static float Square(float t) => t * t;
    }
}
