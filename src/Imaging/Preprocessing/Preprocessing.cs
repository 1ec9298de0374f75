using System.Text.Json;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Imaging;

/// <summary>The order of the colour channels that a model was trained on.</summary>
public enum ColorOrder
{
    /// <summary>Red first.</summary>
    Rgb,

    /// <summary>Blue first, as OpenCV loads pictures.</summary>
    Bgr,
}

/// <summary>How a picture of another size or shape is brought to the model's input size. <see cref="Fitting"/> has the exact rules.</summary>
public enum Fit
{
    /// <summary>Resize each axis on its own; the aspect ratio is lost.</summary>
    Stretch,

    /// <summary>Resize so that the input is covered with a margin of 1/8, then cut out the centre: the usual evaluation of ImageNet classifiers.</summary>
    Crop,

    /// <summary>Resize so that all of the picture is seen, then pad to the input size.</summary>
    Letterbox,
}

/// <summary>
/// How a picture becomes a model's input, and what its outputs mean: the JSON file beside a model. Each sample becomes x' = (x - mean) / std, x being 0 to 255.
/// </summary>
public sealed record Preprocessing
{
    internal const byte DefaultPad = 114;

    /// <summary>What the model does: classify, detect or segment; null when not said.</summary>
    public string? Task { get; init; }

    /// <summary>How the outputs become boxes, lanes or masks; null when not said.</summary>
    public DecoderSettings? Decoder { get; init; }

    /// <summary>Input width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Input height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The order of the input's channels.</summary>
    public ColorOrder Color { get; init; }

    /// <summary>How pictures are brought to the input size.</summary>
    public Fit Fit { get; init; }

    /// <summary>Three means on the scale of 0 to 255, in the order of <see cref="Color"/>.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Three divisors on the scale of 0 to 255, not zero, in the order of <see cref="Color"/>.</summary>
    public required IReadOnlyList<float> Std { get; init; }

    /// <summary>The grey, 0 to 255, around a letterboxed picture.</summary>
    public byte Pad { get; init; } = DefaultPad;

    /// <summary>The class is the index of the output minus this: 1 for models whose output 0 is "background".</summary>
    public int LabelOffset { get; init; }

    /// <summary>The names of the outputs' indices; null when not given.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The name of a well-known list of classes, such as coco80; null when not given.</summary>
    public string? Classes { get; init; }

    /// <summary>A detector's strides; null when not given.</summary>
    public IReadOnlyList<int>? Strides { get; init; }

    /// <summary>Names for the model's outputs, in order; null when not given.</summary>
    public IReadOnlyList<string>? Outputs { get; init; }

    /// <summary>Reads the JSON form. Fields that are not known are ignored.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What error messages call it: the file.</param>
    /// <returns>The checked settings.</returns>
    /// <exception cref="ImageException">Not JSON; width, height, mean or std is missing; or a field has a wrong type or value. The message names file and field.</exception>
    public static Preprocessing Parse(string json, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return PreprocessingJson.Read(document.RootElement, name);
        }
        catch (JsonException e)
        {
            throw new ImageException($"{name}: not valid JSON: {e.Message}", e);
        }
    }

    /// <summary>Reads a JSON file; see <see cref="Parse"/>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The checked settings.</returns>
    /// <exception cref="ImageException">The file cannot be read or is not right.</exception>
    public static Preprocessing Load(string path) => Parse(InputFile.ReadText(path), path);

    /// <summary>A JSON text to start from, for a model that comes without: a classifier with ImageNet's usual mean and standard deviation.</summary>
    /// <param name="width">Input width in pixels.</param>
    /// <param name="height">Input height in pixels.</param>
    /// <returns>Indented JSON, ending without a line break.</returns>
    public static string Template(int width, int height) => new Preprocessing
    {
        Task = "classify",
        Width = width,
        Height = height,
        Fit = Fit.Crop,
        Mean = [123.675f, 116.28f, 103.53f],
        Std = [58.395f, 57.12f, 57.375f],
    }.ToJson();

    /// <summary>The JSON form; <see cref="Parse"/> reads it back to the same values.</summary>
    /// <returns>Indented JSON, ending without a line break.</returns>
    public string ToJson() => PreprocessingJson.Write(this);
}
