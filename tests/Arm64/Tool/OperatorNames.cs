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

    private static string Dims(TensorRecord tensor)
    {
        var dims = new List<int>();
        for (int i = tensor.Rank > 1 && tensor.Dims[0] == 1 ? 1 : 0; i < tensor.Rank; i++) dims.Add(tensor.Dims[i]);
        return string.Join('x', dims);
    }
}
