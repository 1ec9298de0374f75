using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Training.Augmenting;

namespace EdgeKit.Cli.Training;

/// <summary>Pictures at a model's input size, kept in memory where there is room so that they are decoded once.</summary>
internal sealed class PictureStore
{
    private const long MostBytes = 1L << 30;

    private readonly IReadOnlyList<ImageItem> _items;
    private readonly Preprocessing _preprocessing;
    private readonly Frame?[]? _frames;

    public PictureStore(IReadOnlyList<ImageItem> items, Preprocessing preprocessing)
    {
        _items = items;
        _preprocessing = preprocessing;
        long bytes = (long)items.Count * preprocessing.Width * preprocessing.Height * PictureInput.Channels;
        _frames = bytes <= MostBytes ? new Frame?[items.Count] : null;
    }

    /// <summary>Number of pictures.</summary>
    public int Count => _items.Count;

    /// <summary>A picture as float planes of 0 to 255 in the model's colour order. Safe to call from several threads.</summary>
    public FloatImage Load(int index)
    {
        Frame frame = _frames?[index] ?? Fitting.Apply(_items[index].Load(), _preprocessing, out _);
        if (_frames is not null) _frames[index] = frame;
        var image = new FloatImage(PictureInput.Channels, frame.Height, frame.Width);
        int area = frame.Height * frame.Width;
        for (int c = 0; c < PictureInput.Channels; c++)
        {
            int source = _preprocessing.Color == ColorOrder.Bgr ? PictureInput.Channels - 1 - c : c;
            for (int i = 0; i < area; i++) image.Values[c * area + i] = frame.Pixels[i * PictureInput.Channels + source];
        }
        return image;
    }

    /// <summary>The class of a picture.</summary>
    public int? Label(int index) => _items[index].Label;

    /// <summary>Writes a picture as the model's input: (x - mean) / std.</summary>
    public void Normalise(FloatImage image, Span<float> target)
    {
        int area = image.Height * image.Width;
        for (int i = 0; i < target.Length; i++) target[i] = (image.Values[i] - _preprocessing.Mean[i / area]) / _preprocessing.Std[i / area];
    }
}
