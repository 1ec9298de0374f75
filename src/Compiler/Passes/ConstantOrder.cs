using EdgeKit.Compiler.Ir;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Passes;

/// <summary>Weights, biases, scales and tables for tensors whose channels are not in the model's order: channel c lies at place positions[c].</summary>
internal static class ConstantOrder
{
    /// <summary>For another order of a convolution's input channels: the innermost dimension of its weights.</summary>
    public static PlanOperator OfInputs(PlanOperator op, int[] positions)
    {
        if (ChannelPositions.IsNatural(positions)) return op;
        PlanTensor[] inputs = [.. op.Inputs];
        inputs[1] = Permuted(inputs[1], positions, inputs[1].ElementBytes);
        return op with { Inputs = inputs };
    }

    /// <summary>For another order of the channels that all constants with an entry for each share: their outermost dimension.</summary>
    public static PlanOperator OfChannels(PlanOperator op, int[] positions)
    {
        if (ChannelPositions.IsNatural(positions)) return op;
        return op with
        {
            Inputs = [.. op.Inputs.Select(t => t.Constant is null || !HasEntries(op, t, positions.Length) ? t : Permuted(t, positions, t.Constant.Length / positions.Length))],
        };
    }

    // Where channels share tables it is the list of these that has an entry for each; the constants of a resize go by rows and columns.
    private static bool HasEntries(PlanOperator op, PlanTensor constant, int channels) => op.Kind switch
    {
        OperatorKind.Table => op.Inputs.Length > 2 ? constant.Type == PlanType.Int32 : constant.Dims.Length == 2,
        OperatorKind.Conv or OperatorKind.ConvTranspose => constant.Dims[0] == channels,
        _ => false,
    };

    /// <summary>Blocks of bytes of each run of positions.Length blocks put in their places.</summary>
    private static PlanTensor Permuted(PlanTensor tensor, int[] positions, int block)
    {
        byte[] content = new byte[tensor.Constant!.Length];
        int run = positions.Length * block;
        for (int start = 0; start < content.Length; start += run)
        {
            for (int c = 0; c < positions.Length; c++) tensor.Constant.AsSpan(start + c * block, block).CopyTo(content.AsSpan(start + positions[c] * block));
        }
        return tensor.WithContent(content);
    }
}
