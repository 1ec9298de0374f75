using System.Collections;
using EdgeKit.Imaging;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Models;

/// <summary>
/// Calibration pictures as input tensors [1,3,height,width], decoded when they are asked for, again each time. At the end of each time through they are
/// judged: pictures that say nothing about what the model will see must not be what it is measured on.
/// </summary>
/// <param name="pictures">The pictures.</param>
/// <param name="preprocessing">How they become inputs.</param>
internal sealed class CalibrationPictures(IReadOnlyCollection<ImageItem> pictures, Preprocessing preprocessing) : IEnumerable<Tensor>
{
    /// <summary>A picture that is enlarged more than this has nothing of what a camera sees.</summary>
    private const int MostEnlargement = 8;

    /// <summary>A picture that is enlarged more than this lacks the detail that the model was trained on.</summary>
    private const int NotableEnlargement = 3;

    // Some are in every collection.
    private const double NotableShare = 0.5;

    /// <summary>What a reader of the result must know about the pictures; known when they have been gone through.</summary>
    public IReadOnlyList<string> Notes { get; private set; } = [];

    /// <inheritdoc/>
    /// <remarks>Throws a <see cref="CliException"/> at the end where all but a few pictures are of a single colour or far too small.</remarks>
    public IEnumerator<Tensor> GetEnumerator()
    {
        // A scheme file can give every range.
        if (pictures.Count == 0) yield break;
        int flat = 0, tiny = 0, small = 0, grey = 0;
        Frame? smallest = null;
        foreach (ImageItem picture in pictures)
        {
            Frame frame = picture.Load();
            if (IsFlat(frame)) flat++;
            else if (Enlargement(frame) > MostEnlargement) tiny++;
            else if (Enlargement(frame) > NotableEnlargement) small++;
            if (IsGrey(frame)) grey++;
            if (smallest is null || Enlargement(frame) > Enlargement(smallest)) smallest = frame;
            yield return PictureReader.ToTensor(frame, preprocessing);
        }
        if (pictures.Count - flat - tiny < PictureReader.LeastCalibration && flat + tiny > 0)
        {
            string[] useless = [.. flat > 0 ? new[] { $"{flat} {(flat == 1 ? "is" : "are")} of a single colour" } : [], .. tiny > 0 ? new[] { $"{tiny} {(tiny == 1 ? "is" : "are")} far smaller than the model's {Input}, such as {Size(smallest!)}" } : []];
            throw PictureReader.TooFew("the calibration set", $"holds {pictures.Count} pictures, of which {string.Join(" and ", useless)}");
        }
        var notes = new List<string>();
        if (tiny + small >= NotableShare * pictures.Count)
            notes.Add($"{tiny + small} of {pictures.Count} calibration pictures are less than a third of the model's {Input} in width or height, the smallest {Size(smallest!)}: enlarged, they lack the detail that the model will see, and ranges may come out too narrow");
        else if (tiny > 0)
            notes.Add($"{tiny} of {pictures.Count} calibration pictures are far smaller than the model's {Input}, the smallest {Size(smallest!)}");
        if (grey >= NotableShare * pictures.Count)
            notes.Add($"{grey} of {pictures.Count} calibration pictures are without colour: where the model will see colours, give coloured ones");
        if (flat > 0) notes.Add($"{flat} of {pictures.Count} calibration pictures are of a single colour");
        Notes = notes;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private string Input => $"{preprocessing.Width}x{preprocessing.Height}";

    private double Enlargement(Frame frame) => Math.Max((double)preprocessing.Width / frame.Width, (double)preprocessing.Height / frame.Height);

    private static string Size(Frame frame) => $"{frame.Width}x{frame.Height}";

    private static bool IsFlat(Frame frame) => frame.Pixels.AsSpan(PictureInput.Channels).SequenceEqual(frame.Pixels.AsSpan(..^PictureInput.Channels));

    private static bool IsGrey(Frame frame)
    {
        ReadOnlySpan<byte> pixels = frame.Pixels;
        for (int i = 0; i < pixels.Length; i += PictureInput.Channels)
            if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2]) return false;
        return true;
    }
}
