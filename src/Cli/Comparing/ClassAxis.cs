using EdgeKit.Cli.Models;
using EdgeKit.Imaging;

namespace EdgeKit.Cli.Comparing;

/// <summary>
/// Where an output holds one score for each class, so that its largest score is a decision. Element (outer, class, inner) lies at
/// (outer * Classes + class) * Inner + inner.
/// </summary>
/// <param name="Outer">Positions before the class axis.</param>
/// <param name="Classes">Number of classes; 1 for a map of probabilities, whose decision is "over one half".</param>
/// <param name="Inner">Positions behind the class axis.</param>
internal sealed record ClassAxis(int Outer, int Classes, int Inner)
{
    private const float Half = 0.5f;

    /// <summary>Number of decisions in one output.</summary>
    public int Positions => Outer * Inner;

    /// <summary>Whether the output is one decision about the whole picture.</summary>
    public bool IsWholePicture => Positions == 1;

    /// <summary>
    /// The class axis of an output, or null where it holds none: the only axis of a classifier, the channels of a segmentation, or the last axis where
    /// the preprocessing names as many labels.
    /// </summary>
    public static ClassAxis? Of(NamedShape output, Preprocessing preprocessing)
    {
        int[] s = output.Shape;
        if (preprocessing.Task is null or "classify" && s.Length >= 2 && s[0] == 1 && s[1] > 1 && s.AsSpan(2).IndexOfAnyExcept(1) < 0) return new ClassAxis(1, s[1], 1);
        if (preprocessing.Task == "segment" && s.Length == 4) return new ClassAxis(s[0], s[1], s[2] * s[3]);
        if (preprocessing.Task == "segment" && s.Length == 3 && s[0] == 1) return new ClassAxis(1, 1, s[1] * s[2]);
        return s.Length >= 2 && preprocessing.Labels?.Count == s[^1] && s[^1] > 1 ? new ClassAxis(output.ElementCount / s[^1], s[^1], 1) : null;
    }

    /// <summary>The decision at a position: the class with the largest score, the first of equals.</summary>
    public int Best(ReadOnlySpan<float> scores, int position)
    {
        int first = position / Inner * Classes * Inner + position % Inner;
        if (Classes == 1) return scores[first] > Half ? 1 : 0;
        int best = 0;
        for (int c = 1; c < Classes; c++)
        {
            if (scores[first + c * Inner] > scores[first + best * Inner]) best = c;
        }
        return best;
    }

    /// <summary>Refuses a picture of a class that there is not.</summary>
    /// <exception cref="CliException">Its label is out of range.</exception>
    public void RequireLabel(ImageItem picture, string model, Preprocessing preprocessing)
    {
        if (picture.Label is { } label && (label + preprocessing.LabelOffset < 0 || label + preprocessing.LabelOffset >= Classes))
            throw CliException.Failure($"{picture.Name}: the class {label} does not exist in {model}, which has {Classes} outputs and label_offset {preprocessing.LabelOffset}; correct the labels or the preprocessing");
    }

    /// <summary>Share of the positions with the same decision.</summary>
    public double Agreement(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        int same = 0;
        for (int i = 0; i < Positions; i++) same += Best(a, i) == Best(b, i) ? 1 : 0;
        return (double)same / Positions;
    }
}
