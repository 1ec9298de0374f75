using System.Numerics;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Scenes;
using EdgeKit.Training;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>The rectangle of a scene that becomes a sample, in pixels of the scene.</summary>
internal readonly record struct RoadCrop(float Left, float Top, float Width, float Height)
{
    // Sides of the part as shares of the picture's, and the largest factor between them.
    private const float LeastSide = 0.72f, MostStretch = 1.15f;

    // How much larger things are in close samples than in whole pictures at the size of the model's input, and how far from the middle what they are about may lie.
    private const float LeastZoom = 0.75f, MostZoom = 1.5f, Drift = 0.4f;

    /// <summary>Most of a scene.</summary>
    public static RoadCrop Whole(Frame frame, ref CounterRandom random)
    {
        float stretch = Stretch(ref random), side = random.NextSingle(LeastSide, 1);
        return Within(frame, side * MathF.Max(1, stretch), side * MathF.Max(1, 1 / stretch), null, ref random);
    }

    /// <summary>A piece of a scene.</summary>
    /// <param name="frame">The scene.</param>
    /// <param name="size">Sides of the piece as shares of the scene's, where things are as large as in whole pictures.</param>
    /// <param name="about">What it should show; null for anything.</param>
    /// <param name="random">Chooses.</param>
    public static RoadCrop Close(Frame frame, Vector2 size, SceneObject? about, ref CounterRandom random)
    {
        float stretch = MathF.Sqrt(Stretch(ref random)), zoom = LeastZoom * MathF.Pow(MostZoom / LeastZoom, random.NextSingle());
        Vector2? middle = about is null ? null : new Vector2(about.Left + about.Right, about.Top + about.Bottom) / 2;
        return Within(frame, size.X / zoom * stretch, size.Y / zoom / stretch, middle, ref random);
    }

    private static float Stretch(ref CounterRandom random) => MathF.Exp(random.NextSingle(-1, 1) * MathF.Log(MostStretch));

    private static RoadCrop Within(Frame frame, float wide, float high, Vector2? middle, ref CounterRandom random)
    {
        float w = MathF.Min(1, wide) * frame.Width, h = MathF.Min(1, high) * frame.Height, x = random.NextSingle(), y = random.NextSingle();
        return middle is { } m ? new(Clamped(m.X, w, frame.Width, x), Clamped(m.Y, h, frame.Height, y), w, h) : new((frame.Width - w) * x, (frame.Height - h) * y, w, h);

        static float Clamped(float middle, float side, float whole, float at) => Math.Clamp(middle - side / 2 + (2 * at - 1) * Drift * side, 0, whole - side);
    }
}
