using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Scenes;
using EdgeKit.Onnx;
using EdgeKit.Training;
using EdgeKit.Training.Augmenting;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>A batch of road pictures.</summary>
/// <param name="Input">[N,3,H,W].</param>
/// <param name="Targets">N times what <see cref="IRoadTask.Encode"/> writes.</param>
internal sealed record RoadBatch(Tensor Input, float[] Targets);

/// <summary>Renders scenes and makes batches of them: the batch of a step is a function of it and of the seed alone.</summary>
internal sealed class RoadBatches
{
    // Scenes are rendered larger than samples, which are parts of them, and in the shape of most cameras' pictures.
    private const float Margin = 1.2f, Shape = 16 / 9f;
    private const int Window = 384;

    private readonly IRoadTask _task;
    private readonly int _batch;
    private readonly long _seed;
    private readonly SceneWindow _scenes;
    private readonly RoadAugmentation _augmentation;
    private readonly Preprocessing _preprocessing;

    /// <param name="task">What is learned.</param>
    /// <param name="batch">Pictures of a batch.</param>
    /// <param name="reuse">How often a scene is drawn, on average.</param>
    /// <param name="seed">Seed of scenes and augmentation.</param>
    public RoadBatches(IRoadTask task, int batch, double reuse, int seed)
    {
        (_task, _batch, _seed, _preprocessing) = (task, batch, seed, task.Preprocessing);
        int width = (int)(_preprocessing.Width * Margin);
        // Small numbers, which evaluation does not use.
        _scenes = new SceneWindow(width, (int)(width / Shape), batch / reuse, (ulong)(uint)seed * 10_000_000);
        _augmentation = new RoadAugmentation(_preprocessing.Width, _preprocessing.Height);
    }

    /// <summary>The batch of a step.</summary>
    public RoadBatch Make(long step)
    {
        int size = PictureInput.Channels * _preprocessing.Height * _preprocessing.Width;
        float[] input = new float[_batch * size], targets = new float[_batch * _task.TargetLength];
        _scenes.MoveTo(step);
        for (int i = 0; i < _batch; i++)
        {
            CounterRandom random = CounterRandom.Of(_seed, step, i);
            (Frame frame, SceneLabels labels) = _scenes.Scene(step, random.Next(Window));
            RoadSample sample = _augmentation.Apply(frame, labels, ref random);
            Normalise(sample.Image, input.AsSpan(i * size, size));
            _task.Encode(sample, targets.AsSpan(i * _task.TargetLength, _task.TargetLength));
        }
        return new RoadBatch(Tensor.Of(input, _batch, PictureInput.Channels, _preprocessing.Height, _preprocessing.Width), targets);
    }

    private void Normalise(FloatImage image, Span<float> target)
    {
        int area = image.Height * image.Width;
        for (int c = 0; c < image.Channels; c++)
        {
            (float mean, float scale) = (_preprocessing.Mean[c], 1 / _preprocessing.Std[c]);
            Span<float> plane = target.Slice(c * area, area);
            ReadOnlySpan<float> samples = image.Plane(c);
            for (int i = 0; i < area; i++) plane[i] = (Math.Clamp(samples[i], 0, byte.MaxValue) - mean) * scale;
        }
    }
}
