using EdgeKit.Onnx;
using EdgeKit.Training;

namespace EdgeKit.Cli.Reporting.Maps;

/// <summary>By how much the score of a class falls when one channel of a value is set to zero, channel by channel: measured, not derived.</summary>
internal sealed class ChannelAblation
{
    private const int BatchElements = 1 << 21;

    private readonly TrainingNetwork _rest;
    private readonly string _value;
    private readonly string _scores;

    private ChannelAblation(TrainingNetwork rest, string value, string scores)
    {
        _rest = rest;
        _value = value;
        _scores = scores;
    }

    /// <summary>Cuts the network behind a value; null where the scores do not depend on that value alone.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="value">A value [1,C,...].</param>
    /// <param name="scores">The scores of the classes.</param>
    public static ChannelAblation? Create(Graph graph, string value, string scores)
    {
        if (value == scores) return null;
        Graph rest = graph.Between([value], [scores]);
        return rest.Inputs is [var only] && only.Name == value ? new ChannelAblation(new TrainingNetwork(rest, new NetworkOptions { Frozen = static _ => true }), value, scores) : null;
    }

    /// <summary>What the score of a class loses without each channel.</summary>
    /// <param name="features">The value as the picture makes it, [1,C,...].</param>
    /// <param name="target">The class.</param>
    public float[] Drops(Tensor features, int target)
    {
        int channels = features.Shape[1], size = features.Length / channels, batch = Math.Clamp(BatchElements / features.Length, 1, channels);
        float whole = Scores(features.AsSpan<float>().ToArray(), [1, .. features.Shape[1..]], target)[0];
        float[] drops = new float[channels];
        for (int first = 0; first < channels; first += batch)
        {
            int count = Math.Min(batch, channels - first);
            float[] values = new float[count * features.Length];
            for (int i = 0; i < count; i++)
            {
                Span<float> image = values.AsSpan(i * features.Length, features.Length);
                features.AsSpan<float>().CopyTo(image);
                image.Slice((first + i) * size, size).Clear();
            }
            float[] scores = Scores(values, [count, .. features.Shape[1..]], target);
            for (int i = 0; i < count; i++) drops[first + i] = whole - scores[i];
        }
        return drops;
    }

    private float[] Scores(float[] values, int[] shape, int target)
    {
        _rest.Forward(new Dictionary<string, Tensor> { [_value] = Tensor.Of(values, shape) }, NetworkMode.Inference);
        float[] all = _rest.Read(_scores).ToFloats();
        int classes = all.Length / shape[0];
        return [.. Enumerable.Range(0, shape[0]).Select(i => all[i * classes + target])];
    }
}
