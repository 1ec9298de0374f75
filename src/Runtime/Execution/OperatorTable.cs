using EdgeKit.Runtime.Operators;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Execution;

/// <summary>From operator kinds to their code.</summary>
internal static unsafe class OperatorTable
{
    /// <summary>Chooses the kernel and the number of units of an operator; returns the bytes of packed weights it wants.</summary>
    public static long Plan(ExecutionState* e, int index)
    {
        switch (e->Operators[index].Kind)
        {
            case OperatorKind.Conv or OperatorKind.ConvTranspose: return ConvOperator.Plan(e, index);
            case OperatorKind.Pool: PoolOperator.Plan(e, index); break;
            case OperatorKind.Binary: BinaryOperator.Plan(e, index); break;
            case OperatorKind.Unary: UnaryOperator.Plan(e, index); break;
            case OperatorKind.Table: TableOperator.Plan(e, index); break;
            case OperatorKind.Copy: CopyOperator.Plan(e, index); break;
            case OperatorKind.Gather: GatherOperator.Plan(e, index); break;
            case OperatorKind.Resize: ResizeOperator.Plan(e, index); break;
            case OperatorKind.Reduce: ReduceOperator.Plan(e, index); break;
            case OperatorKind.Softmax: SoftmaxOperator.Plan(e, index); break;
            case OperatorKind.LayerNorm: LayerNormOperator.Plan(e, index); break;
            case OperatorKind.Lrn: LrnOperator.Plan(e, index); break;
            case OperatorKind.MatMul: MatMulOperator.Plan(e, index); break;
            case OperatorKind.Quantize or OperatorKind.Dequantize: QuantizeOperator.Plan(e, index); break;
            case OperatorKind.GridSample: GridSampleOperator.Plan(e, index); break;
            case OperatorKind.WeightedGather: WeightedGatherOperator.Plan(e, index); break;
            case OperatorKind.Attention: AttentionOperator.Plan(e, index); break;
        }
        return 0;
    }

    /// <summary>Packs the weights of an operator that asked for space.</summary>
    public static void Pack(ExecutionState* e, int index)
    {
        switch (e->Operators[index].Kind)
        {
            case OperatorKind.Conv or OperatorKind.ConvTranspose: ConvOperator.Pack(e, index); break;
        }
    }

    /// <summary>Does the units from <paramref name="begin"/> to before <paramref name="end"/>.</summary>
    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        switch (e->Operators[index].Kind)
        {
            case OperatorKind.Conv or OperatorKind.ConvTranspose: ConvOperator.Run(e, index, begin, end); break;
            case OperatorKind.Pool: PoolOperator.Run(e, index, begin, end); break;
            case OperatorKind.Binary: BinaryOperator.Run(e, index, begin, end); break;
            case OperatorKind.Unary: UnaryOperator.Run(e, index, begin, end); break;
            case OperatorKind.Table: TableOperator.Run(e, index, begin, end); break;
            case OperatorKind.Copy: CopyOperator.Run(e, index, begin, end); break;
            case OperatorKind.Gather: GatherOperator.Run(e, index, begin, end); break;
            case OperatorKind.Fill: FillOperator.Run(e, index); break;
            case OperatorKind.Resize: ResizeOperator.Run(e, index, begin, end); break;
            case OperatorKind.Reduce: ReduceOperator.Run(e, index, begin, end); break;
            case OperatorKind.Softmax: SoftmaxOperator.Run(e, index, begin, end); break;
            case OperatorKind.LayerNorm: LayerNormOperator.Run(e, index, begin, end); break;
            case OperatorKind.Lrn: LrnOperator.Run(e, index, begin, end); break;
            case OperatorKind.MatMul: MatMulOperator.Run(e, index, begin, end); break;
            case OperatorKind.ArgMax: ArgMaxOperator.Run(e, index); break;
            case OperatorKind.Quantize or OperatorKind.Dequantize: QuantizeOperator.Run(e, index, begin, end); break;
            case OperatorKind.GridSample: GridSampleOperator.Run(e, index, begin, end); break;
            case OperatorKind.WeightedGather: WeightedGatherOperator.Run(e, index, begin, end); break;
            case OperatorKind.Attention: AttentionOperator.Run(e, index, begin, end); break;
        }
    }
}
