using EdgeKit.Imaging;
using EdgeKit.Imaging.Scenes;

namespace EdgeKit.Cli.Scenes;

/// <summary>Rendered scenes as pictures, without labels: to calibrate on, or to verify on.</summary>
internal static class ScenePictures
{
    // The shape of most cameras' pictures.
    private const int Width = 640, Height = 360;

    /// <summary>Scenes in the order of their seeds, rendered when they are asked for.</summary>
    /// <param name="firstSeed">Seed of the first; the others follow.</param>
    /// <param name="count">How many.</param>
    public static ImageItem[] Of(ulong firstSeed, int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        ulong seed = firstSeed + (ulong)i;
        return new ImageItem($"scene[{seed}]", null, () => SceneRenderer.Render(seed, Width, Height).Frame);
    })];
}
