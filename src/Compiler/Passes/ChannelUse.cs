using EdgeKit.Compiler.Ir;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Passes;

/// <summary>What an operator asks of the channels of a tensor that it reads or writes, from least to most.</summary>
internal enum ChannelUse
{
    /// <summary>Neighbours in memory, in any order: the weights are put into that order.</summary>
    AnyOrder,
    /// <summary>Neighbours in any order, and what is written is in the order of what is read.</summary>
    Kept,
    /// <summary>Neighbours in the model's order.</summary>
    InOrder,
    /// <summary>A dense tensor.</summary>
    Whole,
}

/// <summary>The <see cref="ChannelUse"/> of operators.</summary>
internal static class ChannelUses
{
    /// <summary>How an operator takes an activation.</summary>
    public static ChannelUse OfInput(PlanOperator op, int operand) => operand == 0 || op.Kind == OperatorKind.Binary ? Of(op) : ChannelUse.Whole;

    /// <summary>How an operator yields its output.</summary>
    public static ChannelUse OfOutput(PlanOperator op) => Of(op);

    public static bool IsDepthwise(PlanOperator op) =>
        op.Kind == OperatorKind.Conv && op.As<ConvParameters>().Groups == op.Inputs[0].Channels && op.Inputs[0].Channels == op.Output.Channels;

    private static ChannelUse Of(PlanOperator op) => op.Kind switch
    {
        OperatorKind.Conv or OperatorKind.ConvTranspose => IsDepthwise(op) ? ChannelUse.Kept : op.As<ConvParameters>().Groups == 1 ? ChannelUse.AnyOrder : ChannelUse.InOrder,
        OperatorKind.Pool or OperatorKind.Table or OperatorKind.Unary or OperatorKind.Quantize or OperatorKind.Dequantize or OperatorKind.Resize => ChannelUse.Kept,
        OperatorKind.Binary => ChannelUse.InOrder,
        _ => ChannelUse.Whole,
    };
}
