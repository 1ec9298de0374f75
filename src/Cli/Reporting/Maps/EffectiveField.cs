using EdgeKit.Onnx;
using EdgeKit.Training;

namespace EdgeKit.Cli.Reporting.Maps;

/// <summary>
/// The effective receptive field (Luo et al., NIPS 2016): how much each pixel of the input moves the element in the middle of a map. It is the gradient of that
/// element, summed over its channels, by the input: absolute, summed over the input's channels, on average over inputs.
/// </summary>
internal static class EffectiveField
{
    /// <summary>Measures the field of a value.</summary>
    /// <param name="graph">The network, with one input [1,C,H,W].</param>
    /// <param name="value">Name of a value [1,C,h,w].</param>
    /// <param name="inputs">Inputs to average over.</param>
    /// <param name="cancel">Looked at between two inputs.</param>
    /// <returns>A number for each pixel of the input.</returns>
    public static Plane Measure(Graph graph, string value, IReadOnlyList<Tensor> inputs, CancellationToken cancel = default)
    {
        Graph part = graph.WithOutputs([value]);
        string input = part.Inputs[0].Name;
        var network = new TrainingNetwork(part, new NetworkOptions { Frozen = static _ => true, Observed = [input] });
        int[] shape = part.Find(value)!.Dims;
        int plane = shape[2] * shape[3];
        float[] middle = new float[shape[1] * plane];
        for (int c = 0; c < shape[1]; c++) middle[c * plane + shape[2] / 2 * shape[3] + shape[3] / 2] = 1;
        var seed = new Dictionary<string, Tensor> { [value] = Tensor.Of(middle, shape) };

        int[] size = inputs[0].Shape;
        float[] field = new float[size[2] * size[3]];
        foreach (Tensor picture in inputs)
        {
            cancel.ThrowIfCancellationRequested();
            network.Forward(picture, NetworkMode.Frozen);
            network.Backward(seed);
            float[] gradient = network.ReadGradient(input).ToFloats();
            for (int i = 0; i < gradient.Length; i++) field[i % field.Length] += MathF.Abs(gradient[i]) / inputs.Count;
        }
        return new Plane(size[2], size[3], field);
    }

    /// <summary>The side of the smallest square about a point that holds a share of a field, in pixels.</summary>
    /// <param name="field">The field.</param>
    /// <param name="y">Row of the point; between two rows where the square's side is even.</param>
    /// <param name="x">Column of the point.</param>
    /// <param name="share">The share, 0 to 1.</param>
    public static int Side(Plane field, double y, double x, double share)
    {
        double total = field.Values.Sum(static v => (double)v);
        if (total == 0) return 0;
        double[] atDistance = new double[2 * Math.Max(field.Height, field.Width) + 2];
        for (int row = 0; row < field.Height; row++)
            for (int column = 0; column < field.Width; column++)
            {
                // A pixel whose centre is d away lies within a square of side 2 d + 1.
                double d = Math.Max(Math.Abs(row - y), Math.Abs(column - x));
                atDistance[Math.Min((int)Math.Ceiling(2 * d), atDistance.Length - 1)] += field[row, column];
            }
        double within = 0;
        for (int twice = 0; twice < atDistance.Length; twice++)
        {
            within += atDistance[twice];
            if (within >= share * total) return twice + 1;
        }
        return atDistance.Length;
    }
}
