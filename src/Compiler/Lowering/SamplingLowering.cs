using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>GridSample of maps, float; the grid may be computed.</summary>
internal static class SamplingLowering
{
    public static void GridSample(LoweringContext context, Node node)
    {
        if (node.Input(0).Dims.Length != 4) throw ModelException.At(node, $"samples a tensor of rank {node.Input(0).Dims.Length}; only [N,C,H,W] is supported");
        AttributeMap a = node.Attributes;
        PlanTensor x = context.Float(node.Input(0), PlanOrder.ChannelsLast), grid = context.Float(node.Input(1), PlanOrder.Logical);
        context.Plan.Emit(OperatorKind.GridSample, node.Name, [x, grid], context.NewTensor(node.Output, PlanType.Float, PlanOrder.ChannelsLast), new GridSampleParameters
        {
            Mode = a.String("mode", "linear") switch { "nearest" => SampleMode.Nearest, "linear" => SampleMode.Linear, _ => SampleMode.Cubic },
            Padding = a.String("padding_mode", "zeros") switch { "zeros" => SamplePadding.Zeros, "border" => SamplePadding.Border, _ => SamplePadding.Reflection },
            AlignCorners = a.Int("align_corners", 0),
            InElements = node.Domain == Graph.EdgeKitDomain ? 1 : 0,
        });
    }
}
