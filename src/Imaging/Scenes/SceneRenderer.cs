namespace EdgeKit.Imaging.Scenes;

/// <summary>
/// Draws road scenes as a car's camera sees them, with exact labels: training data without a camera. Everything follows from the seed, which gives the same
/// bytes on every machine; the size gives the same scene with more or fewer pixels. Safe to call from several threads.
/// </summary>
public static class SceneRenderer
{
    /// <summary>The smallest width and height, in pixels.</summary>
    public const int MinSize = 16;

    /// <summary>The largest width and height, in pixels.</summary>
    public const int MaxSize = 4096;

    [ThreadStatic]
    private static Canvas? t_canvas;

    /// <summary>Draws a scene.</summary>
    /// <param name="seed">Chooses the scene.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="options">What it may hold; null for <see cref="SceneOptions.Default"/>.</param>
    /// <returns>The picture and what is in it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is below <see cref="MinSize"/> or above <see cref="MaxSize"/>.</exception>
    public static (Frame Frame, SceneLabels Labels) Render(ulong seed, int width, int height, SceneOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, MinSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, MinSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MaxSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MaxSize);
        Canvas canvas = t_canvas ??= new Canvas();
        canvas.Resize(width, height);
        return new Scene(seed, width, height, options ?? SceneOptions.Default).Draw(canvas);
    }
}
