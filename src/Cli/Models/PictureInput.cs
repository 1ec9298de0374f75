using EdgeKit.Imaging;

namespace EdgeKit.Cli.Models;

/// <summary>The rules for a model input that takes pictures: one input [1,3,H,W].</summary>
internal static class PictureInput
{
    /// <summary>Red, green and blue.</summary>
    public const int Channels = 3;

    /// <summary>The preprocessing at the size of the model's input.</summary>
    /// <param name="path">The model, for messages.</param>
    /// <param name="shape">Its first input.</param>
    /// <param name="preprocessing">What is known.</param>
    /// <param name="sizeWasGiven">Whether the user chose the size, so that the preprocessing follows it.</param>
    /// <exception cref="CliException">They contradict each other.</exception>
    public static Preprocessing Fit(string path, IReadOnlyList<int> shape, Preprocessing preprocessing, bool sizeWasGiven)
    {
        if (!IsPicture(shape) || (shape[2] == preprocessing.Height && shape[3] == preprocessing.Width)) return preprocessing;
        if (sizeWasGiven) return preprocessing with { Height = shape[2], Width = shape[3] };
        throw CliException.Usage(
            $"{path}: takes pictures of {shape[3]}x{shape[2]} pixels, but its preprocessing says {preprocessing.Width}x{preprocessing.Height}; correct width and height there");
    }

    /// <summary>The preprocessing, for a verb that feeds pictures.</summary>
    /// <exception cref="CliException">It is not known, or the model takes no pictures.</exception>
    public static Preprocessing Require(string path, int inputs, IReadOnlyList<int> shape, Preprocessing? preprocessing)
    {
        if (inputs != 1) throw CliException.Failure($"{path}: has {inputs} inputs; pictures go into models with one");
        if (!IsPicture(shape)) throw CliException.Failure($"{path}: its input is {InputShape.Format(shape)}; pictures go into inputs of 1x3xHxW");
        return preprocessing ?? throw PreprocessingLookup.Missing(path, shape);
    }

    private static bool IsPicture(IReadOnlyList<int> shape) => shape is [1, Channels, _, _];
}
