using EdgeKit.Cli.Comparing;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;

namespace EdgeKit.Cli.Compressing;

/// <summary>Pictures to choose by, and others to judge the choice by.</summary>
/// <param name="Calibration">Ranges are measured, and layers ranked, on these alone.</param>
/// <param name="Verification">Accuracy or agreement is measured on these.</param>
/// <param name="Notes">What a reader of the figures must know.</param>
internal sealed record PictureSets(IReadOnlyList<ImageItem> Calibration, ImageItem[] Verification, IReadOnlyList<string> Notes)
{
    /// <summary>Calibration pictures that agreement is measured on when no others are given and nothing depends on it.</summary>
    private const int FlatteringPictures = 32;

    // Every fourth calibration picture judges, when it matters and no others are given.
    private const int HeldBackEvery = 4;

    /// <summary>Opens what the command line names.</summary>
    /// <param name="calibration">The paths of <c>--calib</c>.</param>
    /// <param name="images">The paths of <c>--images</c>; none for pictures of <c>--calib</c>.</param>
    /// <param name="labels">The file of <c>--labels</c>, or null.</param>
    /// <param name="limit">Verify on as many at most.</param>
    /// <param name="holdBack">Whether a goal depends on the verification, which pictures that ranges were measured on would flatter.</param>
    /// <param name="model">The model they are for.</param>
    /// <param name="terminal">For notes.</param>
    /// <exception cref="CliException">There are too few, or labels that do not fit.</exception>
    public static PictureSets Open(string[] calibration, string[]? images, string? labels, int? limit, bool holdBack, OnnxModel model, Terminal terminal)
    {
        if (images is not { Length: > 0 } && labels is not null) throw CliException.Usage("--labels needs --images: accuracy is not measured on the pictures of --calib");
        ImageItem[] source = [.. PictureReader.OpenCalibration(calibration, model.RequirePreprocessing(), terminal)];
        var notes = new List<string>();
        if (calibration is [PictureReader.Random]) notes.Add("calibrated on noise: latency is right, accuracy is meaningless");
        IEnumerable<ImageItem> verification;
        if (images is { Length: > 0 })
        {
            verification = PictureReader.Open(images, model.RequirePreprocessing(), terminal).WithLabels(images, labels);
        }
        else if (holdBack)
        {
            verification = source.Where(static (_, i) => i % HeldBackEvery == HeldBackEvery - 1).Select(static p => p with { Label = null });
            source = [.. source.Where(static (_, i) => i % HeldBackEvery != HeldBackEvery - 1)];
            notes.Add($"the goal was checked by agreement with the float model on every {HeldBackEvery}th picture of --calib, which ranges were not measured on; --images and --labels check accuracy");
        }
        else
        {
            verification = source.Take(FlatteringPictures).Select(static p => p with { Label = null });
            notes.Add("verified on pictures of --calib, which flatters; give others by --images");
        }
        var sets = new PictureSets(source, [.. verification.Take(Math.Max(limit ?? int.MaxValue, 1))], notes);
        Preprocessing preprocessing = model.RequirePreprocessing();
        if (model.Graph.Outputs is [var output] && ClassAxis.Of(new NamedShape(output.Name, output.Dims), preprocessing) is { IsWholePicture: true } classes)
            foreach (ImageItem picture in sets.Verification) classes.RequireLabel(picture, model.Path, preprocessing);
        return sets;
    }
}
