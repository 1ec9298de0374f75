using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;
using EdgeKit.Statistics;

namespace EdgeKit.Pruning.Scores;

/// <summary>
/// The least-squares error that the layers which read a channel make without it, once their other weights have taken over (optimal brain surgeon on second moments of what they read,
/// behind depthwise layers, activations and gates). Errors of different layers are made comparable by a probe: how far the outputs move when that layer alone does without a quarter of what it reads.
/// </summary>
public sealed class SurgeonScore : IChannelScore
{
    /// <summary>Pictures that the probe is judged by, which moments are not measured on.</summary>
    private const int ProbePictures = 24;

    private const long MostBytes = 128L << 20;

    // Fewer pictures serve both ends.
    private const int LeastPictures = 48;
    private const double ProbedShare = 0.25, LeastProbed = 1e-3;

    /// <inheritdoc/>
    public string Name => "obs";

    /// <inheritdoc/>
    public bool NeedsPictures => true;

    /// <inheritdoc/>
    public double[] Score(ChannelIdentities identities, ScoreInputs inputs, CancellationToken cancellation = default) => Measure(identities, inputs, null, cancellation).Scores;

    /// <summary>Gathers moments, and probes.</summary>
    internal static SurgeonCosts Measure(ChannelIdentities identities, ScoreInputs inputs, IProgress<double>? progress, CancellationToken cancellation)
    {
        int every = inputs.Pictures.Count < LeastPictures ? 0 : inputs.Pictures.Count / ProbePictures;
        Tensor[] probed = [.. inputs.Pictures.Where((_, i) => every == 0 || i % every == 0).Take(ProbePictures)];
        Tensor[] measured = every == 0 ? [.. inputs.Pictures] : [.. inputs.Pictures.Except(probed)];

        var others = new LayerShares(identities);
        var layers = new List<(WeightAxis Axis, LinearLayer Layer)>();
        foreach (WeightAxis axis in identities.WeightAxes.Where(static w => w is { IsWeights: true, Role: ChannelRole.Consumer }))
        {
            if (axis.Channels.All(c => identities.Groups[c].IsFrozen)) continue;
            if (LinearLayer.Of(axis.Node) is { } layer) layers.Add((axis, layer));
            else others.Add(axis.Channels, Energies(axis));
        }
        Dictionary<Node, GramMatrix[]> moments = LayerStatistics.Collect(identities.Graph, [.. layers.Select(static l => l.Layer)], measured, progress: progress, pictureCount: measured.Length, cancel: cancellation);
        SurgeonReader[] readers = [.. layers.Select(l => new SurgeonReader(l.Axis, l.Layer, moments[l.Layer.Node]))];
        var loss = new OutputLoss(identities.Graph, probed);
        var pass = new SegmentedPass(identities.Graph, probed, MostBytes);
        foreach (SurgeonReader reader in readers)
        {
            cancellation.ThrowIfCancellationRequested();
            pass.MoveTo(reader.Node);
            Probe(identities, reader, loss, pass);
        }
        return new SurgeonCosts(identities, readers, others.Scores);
    }

    // Without moments all that is read counts as alike and unrelated.
    private static double[] Energies(WeightAxis axis)
    {
        double[] energies = new double[axis.Channels.Length];
        float[] weights = axis.Tensor.ToFloats();
        for (int k = 0; k < weights.Length; k++) energies[axis.IndexOf(k)] += (double)weights[k] * weights[k];
        return energies;
    }

    private static void Probe(ChannelIdentities identities, SurgeonReader reader, OutputLoss loss, SegmentedPass pass)
    {
        LayerSurgeon[] parts = Array.ConvertAll(reader.Parts, static p => p.Clone());
        List<int> left = [.. reader.Groups.Where(g => !identities.Groups[g].IsFrozen)];
        double error = 0;
        int wanted = (int)(left.Count * (1 - ProbedShare));
        // Channels that are dead or told by others alone would show nothing.
        while (left.Count > wanted || (left.Count > 1 && error * reader.Scale < LeastProbed))
        {
            (double least, int next) = left.Min(g => (reader.Columns([g]).Sum(c => parts[c.Part].Cost(c.Columns)), g));
            foreach ((int part, int[] columns) in reader.Columns([next])) parts[part].Remove(columns);
            left.Remove(next);
            error += least;
        }
        double moved = loss.Of(reader.With(parts), pass);
        if (error * reader.Scale >= LeastProbed) reader.Scale = moved / error;
    }
}
