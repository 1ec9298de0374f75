using EdgeKit.Imaging;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>What a model for road pictures learns: its network, its targets and its loss.</summary>
internal interface IRoadTask
{
    /// <summary>The model's name.</summary>
    string Name { get; }

    /// <summary>How pictures go in, and what comes out.</summary>
    Preprocessing Preprocessing { get; }

    /// <summary>Numbers that say what a model should find in one picture.</summary>
    int TargetLength { get; }

    /// <summary>A network with random weights.</summary>
    Graph CreateNetwork(int seed);

    /// <summary>Writes what a model should find.</summary>
    void Encode(RoadSample sample, Span<float> target);

    /// <summary>The loss of one picture.</summary>
    /// <param name="output">What the network gives: its outputs for the picture, one behind the other.</param>
    /// <param name="target">What it should find.</param>
    /// <param name="normaliser">What the loss is divided by: see <see cref="Weight"/>.</param>
    /// <param name="slope">Receives the derivative.</param>
    double Evaluate(ReadOnlySpan<float> output, ReadOnlySpan<float> target, double normaliser, Span<float> slope);

    /// <summary>What a batch is made of; the statistics of batch normalisation that the last part gathers are the model's.</summary>
    /// <param name="batch">Pictures of a step.</param>
    IReadOnlyList<RoadPart> Parts(int batch) => [new RoadPart(this, batch, RoadView.Whole)];

    /// <summary>What a picture counts for in the normaliser of a batch.</summary>
    double Weight(ReadOnlySpan<float> target);
}
