using EdgeKit.Runtime.Kernels;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Arm64.Tool;

/// <summary>What operators are called in the results.</summary>
internal static unsafe class OperatorNames
{
    /// <summary>Kind of the operator, convolutions told apart by how they run.</summary>
    public static string Kind(Model model, OperatorRecord op)
    {
        if (op.Kind != OperatorKind.Conv) return op.Kind.ToString();
        var p = (ConvParameters*)op.Parameters;
        TensorRecord x = model.Input(op, 0);
        if (p->Groups > 1 && p->Groups == x.Dims[x.Rank - 1]) return "Conv depthwise";
        return p->KernelH * p->KernelW == 1 ? "Conv 1x1" : "Conv";
    }

    /// <summary>Name of a kernel; a dash for none.</summary>
    public static string Kernel(int index) => index < 0 ? "-" : KernelRegistry.NameOf(index);

    /// <summary>Sizes of an operator: input to output, kernel, stride.</summary>
    public static string Shape(Model model, OperatorRecord op)
    {
        string text = $"{Dims(model.Input(op, 0))}->{Dims(model.Output(op, 0))}";
        if (op.Kind is not (OperatorKind.Conv or OperatorKind.ConvTranspose)) return text;
        var p = (ConvParameters*)op.Parameters;
        return $"{text} k{p->KernelH}x{p->KernelW} s{p->StrideH}";
    }

    /// <summary>The window of an operator; 1 x 1 for one that has none.</summary>
    public static Window WindowOf(OperatorRecord op)
    {
        if (op.Kind is OperatorKind.Conv or OperatorKind.ConvTranspose)
        {
            var p = (ConvParameters*)op.Parameters;
            return new Window(p->KernelH, p->KernelW, p->StrideW, p->Groups);
        }
        if (op.Kind != OperatorKind.Pool) return new Window(1, 1, 1, 1);
        var pool = (PoolParameters*)op.Parameters;
        return new Window(pool->KernelH, pool->KernelW, pool->StrideW, 1);
    }

    /// <summary>Kernel, horizontal stride and groups.</summary>
    public readonly record struct Window(int Height, int Width, int Stride, int Groups);

    /// <summary>All dimensions of a tensor, channels last.</summary>
    public static int[] DimsOf(TensorRecord tensor)
    {
        int[] dims = new int[tensor.Rank];
        for (int i = 0; i < dims.Length; i++) dims[i] = tensor.Dims[i];
        return dims;
    }

    private static string Dims(TensorRecord tensor) => string.Join('x', DimsOf(tensor).Skip(tensor.Rank > 1 && tensor.Dims[0] == 1 ? 1 : 0));
}
