using EdgeKit.Imaging;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Models;

/// <summary>Opens what <c>--calib</c>, <c>--images</c> and <c>--labels</c> name, and turns pictures into model inputs.</summary>
internal static class PictureReader
{
    /// <summary>The word that asks for noise instead of pictures.</summary>
    public const string Random = "random";

    private const int NoisePictures = 16;
    private const int NoiseSeed = 1;
    /// <summary>Pictures that ranges can be measured on, at least.</summary>
    public const int LeastCalibration = 8;

    /// <summary>Pictures from paths, or noise for the one word "random"; the note says what noise is worth.</summary>
    public static ImageSource Open(IReadOnlyList<string> paths, Preprocessing preprocessing, Terminal terminal)
    {
        if (paths is not [Random]) return ImageSource.Open(paths);
        terminal.Note($"{NoisePictures} pictures of noise stand in for real ones: latency is right, accuracy is then meaningless");
        return ImageSource.Noise(NoiseSeed, NoisePictures, preprocessing.Width, preprocessing.Height);
    }

    /// <summary>Pictures to calibrate on, of which a few are not enough.</summary>
    /// <exception cref="CliException">There are fewer than eight.</exception>
    public static ImageSource OpenCalibration(IReadOnlyList<string> paths, Preprocessing preprocessing, Terminal terminal)
    {
        ImageSource source = Open(paths, preprocessing, terminal);
        return source.Count >= LeastCalibration ? source : throw TooFew($"--calib {string.Join(' ', paths)}", source.Count == 1 ? "holds 1 picture" : $"holds {source.Count} pictures");
    }

    /// <summary>Gives pictures the classes of a label file: a path, or a name inside one of the picture folders.</summary>
    public static ImageSource WithLabels(this ImageSource images, IReadOnlyList<string> paths, string? labels)
    {
        if (labels is null) return images;
        string? inside = File.Exists(labels) ? null : paths.Where(Directory.Exists).Select(folder => Path.Combine(folder, labels)).FirstOrDefault(File.Exists);
        return images.WithLabels(LabelFile.Load(inside ?? labels));
    }

    /// <summary>One picture as the model's input, 3 x height x width.</summary>
    public static float[] Read(ImageItem picture, Preprocessing preprocessing)
    {
        float[] values = new float[PictureInput.Channels * preprocessing.Height * preprocessing.Width];
        Preprocess.ToFloatNchw(picture.Load(), preprocessing, values);
        return values;
    }

    /// <summary>The pictures as input tensors [1,3,height,width], decoded when they are asked for.</summary>
    public static IEnumerable<Tensor> ReadAll(IEnumerable<ImageItem> pictures, Preprocessing preprocessing) => pictures.Select(p => ToTensor(p.Load(), preprocessing));

    /// <summary>A picture as input tensor.</summary>
    public static Tensor ToTensor(Frame picture, Preprocessing preprocessing)
    {
        float[] values = new float[PictureInput.Channels * preprocessing.Height * preprocessing.Width];
        Preprocess.ToFloatNchw(picture, preprocessing, values);
        return Tensor.Of(values, 1, PictureInput.Channels, preprocessing.Height, preprocessing.Width);
    }

    /// <summary>Refuses calibration pictures.</summary>
    public static CliException TooFew(string pictures, string found) => CliException.Failure(
        $"{pictures} {found}; ranges measured on fewer than {LeastCalibration} real pictures mislead: give some hundred like those the model will see");
}
