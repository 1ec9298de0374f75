using EdgeKit.Onnx;
using EdgeKit.Training;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>
/// A network in one copy for each part of a batch, all with the same weights. Several copies work at the same time, each on one thread: a thread that another program holds up
/// then costs a step once and not once an operator. Results do not depend on the number of threads.
/// </summary>
internal sealed class RoadNetwork
{
    private readonly IReadOnlyList<RoadPart> _parts;
    private readonly TrainingNetwork[] _copies;

    /// <param name="parts">The parts; the statistics of batch normalisation that the last one gathers are the model's.</param>
    /// <param name="seed">Seed of the weights.</param>
    public RoadNetwork(IReadOnlyList<RoadPart> parts, int seed)
    {
        _parts = parts;
        var options = new NetworkOptions { Threads = parts.Count > 1 ? 1 : 0 };
        _copies = [.. parts.Select(p => new TrainingNetwork(p.Task.CreateNetwork(seed), options))];
    }

    /// <summary>The network that learns.</summary>
    public TrainingNetwork Main => _copies[^1];

    /// <summary>Sets the gradients for a batch and returns its loss.</summary>
    public double Gradients(RoadBatch[] batches)
    {
        double normaliser = Math.Max(1, _parts.Zip(batches, static (part, batch) => Rows(part, batch).Sum(row => part.Task.Weight(row))).Sum());
        double[] losses = new double[_copies.Length];
        Parallel.For(0, _copies.Length, i =>
        {
            if (i < _copies.Length - 1)
                foreach ((Parameter from, Parameter to) in Main.Parameters.Zip(_copies[i].Parameters)) from.Value.AsSpan<float>().CopyTo(to.Value.AsSpan<float>());
            losses[i] = Gradients(_parts[i], _copies[i], batches[i], normaliser);
        });
        for (int i = 0; i < _copies.Length - 1; i++)
        {
            foreach ((Parameter from, Parameter to) in _copies[i].Parameters.Zip(Main.Parameters))
                for (int k = 0; k < to.Gradient.Length; k++) to.Gradient[k] += from.Gradient[k];
        }
        return losses.Sum();
    }

    private static double Gradients(RoadPart part, TrainingNetwork network, RoadBatch batch, double normaliser)
    {
        network.Forward(batch.Input, NetworkMode.Training);
        (double loss, Tensor[] slopes) = Evaluate(part, [.. network.Outputs.Select(network.Read)], batch, normaliser);
        network.ClearGradients();
        network.Backward(network.Outputs.Zip(slopes).ToDictionary(static s => s.First, static s => s.Second));
        return loss;
    }

    private static (double Loss, Tensor[] Slopes) Evaluate(RoadPart part, Tensor[] outputs, RoadBatch batch, double normaliser)
    {
        int count = part.Samples;
        float[] predicted = Joined(outputs, count), slope = new float[predicted.Length];
        int length = predicted.Length / count;
        float[][] targets = [.. Rows(part, batch)];
        double[] losses = new double[count];
        Parallel.For(0, count, i => losses[i] = part.Task.Evaluate(predicted.AsSpan(i * length, length), targets[i], normaliser, slope.AsSpan(i * length, length)));
        return (losses.Sum(), Parted(slope, outputs, count));
    }

    /// <summary>The targets of each picture.</summary>
    private static IEnumerable<float[]> Rows(RoadPart part, RoadBatch batch) => batch.Targets.Chunk(part.Task.TargetLength);

    /// <summary>The outputs by picture: all of the first picture, all of the second, and so on.</summary>
    private static float[] Joined(Tensor[] outputs, int count)
    {
        float[] joined = new float[outputs.Sum(static o => o.Length)];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            foreach (Tensor output in outputs)
            {
                int length = output.Length / count;
                output.AsSpan<float>().Slice(i * length, length).CopyTo(joined.AsSpan(at));
                at += length;
            }
        }
        return joined;
    }

    /// <summary>The way back from <see cref="Joined"/>.</summary>
    private static Tensor[] Parted(float[] joined, Tensor[] outputs, int count)
    {
        float[][] parts = [.. outputs.Select(static o => new float[o.Length])];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            foreach (float[] part in parts)
            {
                int length = part.Length / count;
                joined.AsSpan(at, length).CopyTo(part.AsSpan(i * length));
                at += length;
            }
        }
        return [.. parts.Zip(outputs, static (part, output) => Tensor.Of(part, output.Shape))];
    }
}
