using EdgeKit.Imaging;

namespace EdgeKit.Cli.Demo;

/// <summary>Rendered pictures in three parts that share none.</summary>
internal static class PictureSet
{
    // Seeds of the parts lie so far apart that no part reaches the next.
    private const int PartSeeds = 1_000_000;

    /// <summary>The kinds of pictures: their classes.</summary>
    public static int Classes { get; } = Enum.GetValues<PictureKind>().Length;

    /// <summary>Names of the classes.</summary>
    public static string[] Labels { get; } = Enum.GetNames<PictureKind>();

    /// <summary>One part, labelled, with as many pictures of each kind.</summary>
    /// <param name="part">0 for fitting, 1 for calibration, 2 for verification.</param>
    /// <param name="count">Number of pictures.</param>
    /// <param name="size">Their height and width.</param>
    public static ImageItem[] Part(int part, int count, int size) => [.. Enumerable.Range(0, count).Select(i =>
    {
        int kind = i % Classes, seed = part * PartSeeds + i;
        return new ImageItem($"{Labels[kind]}[{seed}]", kind, () => PictureRenderer.Render((PictureKind)kind, size, seed));
    })];
}
