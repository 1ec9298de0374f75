using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Operators that only give the same bytes another shape.</summary>
internal static class ShapeLowering
{
    public static void Reshape(LoweringContext context, Node node)
    {
        int[] from = node.Input(0).Dims, to = node.Output.Dims;
        PlanTensor x = context.Any(node.Input(0));
        // [N,C,1,1] and [N,C] are the same bytes in both orders; anything else needs the model's order.
        if (x.Order == PlanOrder.ChannelsLast && !Layout.OrdersCoincide(from)) x = context.Any(node.Input(0), PlanOrder.Logical);
        bool map = to.Length >= 3 && Layout.OrdersCoincide(to) && to[1] != 1;
        context.Bind(node.Output, map
            ? x.View(Layout.ToChannelsLast(to), PlanOrder.ChannelsLast, node.Output.Name)
            : x.View(to, PlanOrder.Logical, node.Output.Name));
    }

    public static void Identity(LoweringContext context, Node node)
    {
        PlanTensor x = context.Any(node.Input(0));
        context.Bind(node.Outputs[0], x.View(x.Dims, x.Order, node.Outputs[0].Name));
    }
}
