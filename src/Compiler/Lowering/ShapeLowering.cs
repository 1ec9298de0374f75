using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Operators that only give the same elements another shape.</summary>
internal static class ShapeLowering
{
    public static void Reshape(LoweringContext context, Node node)
    {
        int[] to = node.Output.Dims;
        bool map = to.Length >= 3 && Layout.OrdersCoincide(to) && to[1] != 1;
        StridedView? view = context.ViewOf(node.Input(0), node.Name).Reshape(to, node.Name);
        // Where the dimensions do not divide each other, the elements must lie in the model's order first.
        if (view is not { IsCopyable: true }) view = StridedView.Of(context.Any(node.Input(0), PlanOrder.Logical), node.Name).Reshape(to, node.Name)!;
        context.Bind(node.Output, view, map ? PlanOrder.ChannelsLast : PlanOrder.Logical);
    }

    public static void Identity(LoweringContext context, Node node)
    {
        PlanTensor x = context.Any(node.Input(0));
        context.Bind(node.Outputs[0], x.View(x.Dims, x.Order, node.Outputs[0].Name));
    }
}
