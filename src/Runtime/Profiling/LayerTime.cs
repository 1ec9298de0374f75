using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Profiling;

/// <summary>The time of one operator of a plan, and what it did in it.</summary>
/// <param name="Name">Name of the ONNX node it came from.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Output">Dimensions of the first output in the model's order.</param>
/// <param name="Kernel">Name of the kernel that ran it; null for kinds without kernels.</param>
/// <param name="Ms">Mean milliseconds over the faster half of the runs.</param>
/// <param name="Share">Its part of the time of all operators.</param>
/// <param name="Int8">Whether it computes in INT8.</param>
/// <param name="Macs">Multiply-accumulates.</param>
/// <param name="Bytes">Bytes of inputs, weights and outputs.</param>
public sealed record LayerTime(string Name, string Kind, IReadOnlyList<int> Output, string? Kernel, double Ms, double Share, bool Int8, long Macs, long Bytes)
{
    /// <summary>Multiply-accumulates in 10⁹ a second.</summary>
    public double Gmacs => Ms > 0 ? Macs / Ms / 1e6 : 0;

    /// <summary>The times of all operators of a session, in order.</summary>
    public static LayerTime[] Of(Session session, OperatorTimes times)
    {
        double[] means = times.Means();
        double all = means.Sum();
        var layers = new LayerTime[means.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            OperatorInfo op = session.Operator(i);
            TensorInfo output = session.Tensors[op.Outputs[0]];
            bool int8 = session.Tensors[op.Inputs.Count > 0 ? op.Inputs[0] : op.Outputs[0]].Type == PlanType.Int8;
            layers[i] = new LayerTime(op.Name, op.Kind.ToString(), output.LogicalDims, op.Kernel, means[i], all > 0 ? means[i] / all : 0, int8, op.Macs, op.Bytes);
        }
        return layers;
    }
}
