using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Products of two computed matrices, float.</summary>
internal static class ProductLowering
{
    public static void MatMul(LoweringContext context, Node node)
    {
        PlanTensor a = context.Float(node.Input(0), PlanOrder.Logical), b = context.Float(node.Input(1), PlanOrder.Logical);
        if (a.Dims.Length < 2 || b.Dims.Length < 2) throw ModelException.At(node, "multiplies vectors, which is not supported; reshape them to matrices");
        int batchA = Batch(a), batchB = Batch(b);
        if (batchA != batchB && batchA != 1 && batchB != 1) throw ModelException.At(node, "broadcasts some of several batch dimensions, which is not supported");
        int m = a.Dims[^2], k = a.Dims[^1], n = b.Dims[^1];
        PlanTensor y = context.NewTensor(node.Output, PlanType.Float, PlanOrder.Logical);
        context.Plan.Emit(OperatorKind.MatMul, node.Name, [a, b], y, new MatMulParameters
        {
            Batch = Math.Max(batchA, batchB),
            M = m,
            K = k,
            N = n,
            StrideA = batchA == 1 ? 0 : m * k,
            StrideB = batchB == 1 ? 0 : k * n,
        });
    }

    private static int Batch(PlanTensor t) => t.ElementCount / Math.Max(1, t.Dims[^2] * t.Dims[^1]);
}
