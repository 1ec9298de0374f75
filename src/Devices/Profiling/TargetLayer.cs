using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Devices.Profiling;

/// <summary>All that the time of a layer depends on, as the profiles of targets of <c>compress --latency-ms --target</c> name it. Sizes are those of the output.</summary>
/// <param name="Kind">dense, depthwise, binary, pool or table.</param>
/// <param name="Int8">Whether it computes in INT8.</param>
/// <param name="Inputs">Input channels.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="KernelHeight">Rows of the window.</param>
/// <param name="KernelWidth">Columns of the window.</param>
/// <param name="Stride">Horizontal stride.</param>
/// <param name="Groups">Groups of channels.</param>
public sealed record TargetLayer(string Kind, bool Int8, int Inputs, int Outputs, int Height, int Width, int KernelHeight, int KernelWidth, int Stride, int Groups)
{
    /// <summary>The layer that an operator is; null for operators that budgets count nothing for.</summary>
    public static TargetLayer? Of(Session session, int index)
    {
        OperatorInfo op = session.Operator(index);
        if (op.Inputs.Count == 0) return null;
        TensorInfo x = session.Tensors[op.Inputs[0]], y = session.Tensors[op.Outputs[0]];
        bool int8 = x.Type == PlanType.Int8;
        OperatorWindow window = op.Window ?? new OperatorWindow(1, 1, 1, 1);
        (int height, int width) = y.Dims.Length == 4 ? (y.Dims[1], y.Dims[2]) : (1, y.ElementCount / y.Channels);
        bool isDepthwise = op.Kind == OperatorKind.Conv && window.Groups > 1 && window.Groups == x.Channels && window.Groups == y.Channels;
        string? kind = op.Kind switch
        {
            OperatorKind.Conv or OperatorKind.ConvTranspose => isDepthwise ? "depthwise" : "dense",
            OperatorKind.Pool => "pool",
            OperatorKind.Binary => "binary",
            OperatorKind.Table or OperatorKind.Unary => "table",
            _ => null,
        };
        return kind is null ? null
            : new TargetLayer(kind, int8, kind is "dense" or "depthwise" or "pool" ? x.Channels : y.Channels, y.Channels, height, width, window.Height, window.Width, window.Stride, window.Groups);
    }

    /// <summary>
    /// The times of layers, those of several layers alike being their mean, and each model's scaled so that they add up to its median on one thread: what a network takes beside its
    /// layers is spread over them.
    /// </summary>
    public static IReadOnlyDictionary<TargetLayer, double> Times(IReadOnlyList<ModelProfile> models)
    {
        var times = new Dictionary<TargetLayer, double>();
        var counts = new Dictionary<TargetLayer, int>();
        foreach (ModelProfile model in models)
        {
            double all = 0;
            foreach (ProfiledLayer layer in model.Layers) all += layer.Target is null ? 0 : layer.Ms;
            PointProfile? single = model.Points.FirstOrDefault(static p => p.Point.Threads == 1);
            if (single is null || !(all > 0)) continue;
            foreach (ProfiledLayer layer in model.Layers)
            {
                if (layer.Target is null) continue;
                times[layer.Target] = times.GetValueOrDefault(layer.Target) + layer.Ms * single.P50Ms / all;
                counts[layer.Target] = counts.GetValueOrDefault(layer.Target) + 1;
            }
        }
        foreach ((TargetLayer layer, int count) in counts)
        {
            if (times[layer] > 0) times[layer] /= count;
            // Too short for the clock: no layer of a target takes no time.
            else times.Remove(layer);
        }
        return times;
    }
}
