using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Ir;

/// <summary>A step of the plan under construction.</summary>
internal sealed record PlanOperator(OperatorKind Kind, string Name, PlanTensor[] Inputs, PlanTensor Output, int[] Parameters)
{
    /// <summary>Set for a copy that only moves channels.</summary>
    public ChannelCopy? Channels { get; init; }

    /// <summary>Operators, from this one on, that run interleaved in bands of rows; 0 for none.</summary>
    public int Band { get; set; }

    public static PlanOperator Create<T>(OperatorKind kind, string name, PlanTensor[] inputs, PlanTensor output, T parameters) where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() > OperatorRecord.ParameterWords * sizeof(int)) throw new ArgumentException($"{typeof(T).Name} does not fit an operator record");
        int[] words = MemoryMarshal.Cast<T, int>(new ReadOnlySpan<T>(in parameters)).ToArray();
        return new PlanOperator(kind, name, inputs, output, words);
    }

    /// <summary>The parameters as the structure of the kind.</summary>
    public T As<T>() where T : unmanaged => MemoryMarshal.Read<T>(MemoryMarshal.AsBytes(Parameters.AsSpan()));
}
