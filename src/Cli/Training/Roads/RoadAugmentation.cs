using System.Numerics;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Scenes;
using EdgeKit.Training;
using EdgeKit.Training.Augmenting;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>Makes samples of rendered scenes: part of the picture, mirrored or not, in other colours, blurred and noisy, and the labels with it.</summary>
/// <param name="width">Width of the samples.</param>
/// <param name="height">Height of the samples.</param>
internal sealed class RoadAugmentation(int width, int height)
{
    private const float FlipChance = 0.5f, BlurChance = 0.2f, NoiseChance = 0.15f;

    private readonly ColorJitter _colour = new(brightness: 0.25f, contrast: 0.3f, saturation: 0.5f, tint: 0.1f);
    private readonly Blur _blur = new(BlurChance, most: 1.2f);
    private readonly Noise _noise = new(most: 12);

    /// <summary>A sample of a part of a scene.</summary>
    public RoadSample Apply(Frame frame, SceneLabels labels, RoadCrop crop, ref CounterRandom random)
    {
        (float left, float top, float w, float h) = crop;
        bool flip = random.NextSingle() < FlipChance;
        FloatImage image = Part(frame, left, top, w, h, flip);
        image = _blur.Apply(_colour.Apply(image, ref random), ref random);
        if (random.NextSingle() < NoiseChance) image = _noise.Apply(image, ref random);

        var scale = new Vector2(width / w, height / h);
        SampleLane[] lanes = [.. labels.Lanes.Select(l => new SampleLane(flip ? -l.Position : l.Position, [.. l.Points.Select(Place)]))];
        return new RoadSample(image, lanes, [.. labels.Objects.Select(PlaceObject).OfType<SceneObject>()]);

        Vector2 Place(Vector2 point)
        {
            Vector2 p = (point - new Vector2(left, top)) * scale;
            return flip ? new Vector2(width - p.X, p.Y) : p;
        }

        SceneObject? PlaceObject(SceneObject o)
        {
            Vector2 a = Place(new Vector2(o.Left, o.Top)), b = Place(new Vector2(o.Right, o.Bottom));
            Vector2 whole = Vector2.Abs(b - a), low = Vector2.Max(Vector2.Min(a, b), default), high = Vector2.Min(Vector2.Max(a, b), new Vector2(width, height));
            Vector2 rest = high - low;
            return rest.X > 0 && rest.Y > 0
                ? o with { Left = low.X, Top = low.Y, Right = high.X, Bottom = high.Y, Inside = o.Inside * (rest.X * rest.Y) / (whole.X * whole.Y) }
                : null;
        }
    }

    /// <summary>A rectangle of a picture at the size of samples, bilinear.</summary>
    private FloatImage Part(Frame frame, float left, float top, float w, float h, bool flip)
    {
        var image = new FloatImage(PictureInput.Channels, height, width);
        int[] columns = new int[width];
        float[] shares = new float[width];
        for (int x = 0; x < width; x++)
        {
            float position = Math.Clamp(left + (x + 0.5f) * w / width - 0.5f, 0, frame.Width - 1.001f);
            int target = flip ? width - 1 - x : x;
            (columns[target], shares[target]) = ((int)position * PictureInput.Channels, position - (int)position);
        }
        for (int y = 0; y < height; y++)
        {
            float position = Math.Clamp(top + (y + 0.5f) * h / height - 0.5f, 0, frame.Height - 1.001f);
            float share = position - (int)position;
            ReadOnlySpan<byte> upper = frame.Row((int)position), lower = frame.Row((int)position + 1);
            for (int c = 0; c < PictureInput.Channels; c++)
            {
                Span<float> row = image.Row(c, y);
                for (int x = 0; x < row.Length; x++)
                {
                    int i = columns[x] + c, j = i + PictureInput.Channels;
                    float a = upper[i] + shares[x] * (upper[j] - upper[i]), b = lower[i] + shares[x] * (lower[j] - lower[i]);
                    row[x] = a + share * (b - a);
                }
            }
        }
        return image;
    }
}
