using EdgeKit.Runtime.Operators;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Execution;

/// <summary>From operator kinds to their code.</summary>
internal static unsafe class OperatorTable
{
    /// <summary>Chooses the kernel and the number of units of an operator; returns the bytes of packed weights it wants.</summary>
    public static long Plan(ExecutionState* e, int index) => e->Operators[index].Kind switch
    {
        OperatorKind.Conv or OperatorKind.ConvTranspose => ConvOperator.Plan(e, index),
        _ => 0,
    };

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
        }
    }
}
