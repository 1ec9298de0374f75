using System.Numerics;
using System.Runtime.InteropServices;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Scenes;
using EdgeKit.Onnx;
using EdgeKit.Training;
using EdgeKit.Training.Augmenting;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>Road pictures of one size.</summary>
/// <param name="Input">[N,3,H,W].</param>
/// <param name="Targets">N times what <see cref="IRoadTask.Encode"/> writes.</param>
internal sealed record RoadBatch(Tensor Input, float[] Targets);

/// <summary>Renders scenes and makes batches of them: the batch of a step is a function of it and of the seed alone.</summary>
internal sealed class RoadBatches
{
    // Scenes are rendered larger than samples, which are parts of them, and in the shape of most cameras' pictures.
    private const float Margin = 1.2f, Shape = 16 / 9f;
    private const int Window = 384;

    // Close samples: how many scenes are looked at for an object of the kind wanted, how high it must be at the model's size, and how many samples show no matter what.
    private const int Attempts = 12;
    private const float LeastHeight = 6, AnywhereChance = 0.2f;

    // People and cyclists twice: they differ most among themselves, and are taken for each other.
    private static readonly SceneObjectKind[] Wanted =
        [SceneObjectKind.Vehicle, SceneObjectKind.Person, SceneObjectKind.Person, SceneObjectKind.Cyclist, SceneObjectKind.Cyclist, SceneObjectKind.Light, SceneObjectKind.Sign];

    private readonly IReadOnlyList<RoadPart> _parts;
    private readonly long _seed;
    private readonly int _width, _height;
    private readonly SceneWindow _scenes;

    /// <param name="model">How pictures go into the model: scenes are rendered in proportion to its size.</param>
    /// <param name="parts">What a batch is made of.</param>
    /// <param name="reuse">How often a scene is drawn, on average.</param>
    /// <param name="seed">Seed of scenes and augmentation.</param>
    public RoadBatches(Preprocessing model, IReadOnlyList<RoadPart> parts, double reuse, int seed)
    {
        (_parts, _seed, _width, _height) = (parts, seed, model.Width, model.Height);
        int width = (int)(_width * Margin);
        // Small numbers, which evaluation does not use.
        _scenes = new SceneWindow(width, (int)(width / Shape), parts.Sum(static p => p.Samples) / reuse, (ulong)(uint)seed * 10_000_000,
            busy: parts.Any(static p => p.View == RoadView.Close));
    }

    /// <summary>The batch of a step, part by part.</summary>
    public RoadBatch[] Make(long step)
    {
        _scenes.MoveTo(step);
        int first = 0;
        return [.. _parts.Select(part =>
        {
            RoadBatch batch = Make(step, part, first);
            first += part.Samples;
            return batch;
        })];
    }

    private RoadBatch Make(long step, RoadPart part, int first)
    {
        Preprocessing preprocessing = part.Task.Preprocessing;
        int size = PictureInput.Channels * preprocessing.Height * preprocessing.Width, length = part.Task.TargetLength;
        float[] input = new float[part.Samples * size], targets = new float[part.Samples * length];
        var augmentation = new RoadAugmentation(preprocessing.Width, preprocessing.Height);
        for (int i = 0; i < part.Samples; i++)
        {
            CounterRandom random = CounterRandom.Of(_seed, step, first + i);
            (Frame frame, SceneLabels labels, RoadCrop crop) = part.View == RoadView.Close ? Close(step, preprocessing, ref random) : Whole(step, ref random);
            RoadSample sample = augmentation.Apply(frame, labels, crop, ref random);
            Normalise(preprocessing, sample.Image, input.AsSpan(i * size, size));
            part.Task.Encode(sample, targets.AsSpan(i * length, length));
        }
        return new RoadBatch(Tensor.Of(input, part.Samples, PictureInput.Channels, preprocessing.Height, preprocessing.Width), targets);
    }

    private (Frame Frame, SceneLabels Labels, RoadCrop Crop) Whole(long step, ref CounterRandom random)
    {
        (Frame frame, SceneLabels labels) = _scenes.Scene(step, random.Next(Window));
        return (frame, labels, RoadCrop.Whole(frame, ref random));
    }

    private (Frame Frame, SceneLabels Labels, RoadCrop Crop) Close(long step, Preprocessing preprocessing, ref CounterRandom random)
    {
        SceneObjectKind kind = Wanted[random.Next(Wanted.Length)];
        bool anywhere = random.NextSingle() < AnywhereChance;
        Frame frame;
        SceneLabels labels;
        SceneObject? about = null;
        int attempts = 0;
        do
        {
            (frame, labels) = _scenes.Scene(step, random.Next(Window));
            if (anywhere) break;
            float scale = (float)_width / frame.Width;
            SceneObject[] found = [.. labels.Objects.Where(o => o.Kind == kind && !ObjectAssignment.IsDifficult(o) && (o.Bottom - o.Top) * scale >= LeastHeight)];
            if (found.Length > 0) about = found[random.Next(found.Length)];
        }
        while (about is null && ++attempts < Attempts);
        // Shares of the picture in which things are as large as at the model's size.
        float width = (float)preprocessing.Width / _width, height = (float)preprocessing.Height / _height;
        return (frame, labels, RoadCrop.Close(frame, new Vector2(width, height), about, ref random));
    }

    private static void Normalise(Preprocessing preprocessing, FloatImage image, Span<float> target)
    {
        int area = image.Height * image.Width;
        for (int c = 0; c < image.Channels; c++)
        {
            (float mean, float scale) = (preprocessing.Mean[c], 1 / preprocessing.Std[c]);
            Span<float> plane = target.Slice(c * area, area), samples = image.Plane(c);
            Span<Vector<float>> many = MemoryMarshal.Cast<float, Vector<float>>(samples), normal = MemoryMarshal.Cast<float, Vector<float>>(plane);
            for (int i = 0; i < many.Length; i++) normal[i] = (Vector.Min(Vector.Max(many[i], default), new(byte.MaxValue)) - new Vector<float>(mean)) * scale;
            for (int i = many.Length * Vector<float>.Count; i < area; i++) plane[i] = (Math.Clamp(samples[i], 0, byte.MaxValue) - mean) * scale;
        }
    }
}
