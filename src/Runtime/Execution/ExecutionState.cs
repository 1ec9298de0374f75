using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Execution;

/// <summary>
/// A validated plan in native memory with its constants, packed weights and arena: all that <see cref="Executor"/> needs, as plain pointers.
/// No managed object is reachable from here, so the same code compiles for targets that have no managed runtime and never allocates.
/// </summary>
public unsafe struct ExecutionState
{
    /// <summary>The tensors.</summary>
    public TensorRecord* Tensors;
    /// <summary>The operators in order.</summary>
    public OperatorRecord* Operators;
    /// <summary>Tensor indices that operators refer to.</summary>
    public int* Operands;
    /// <summary>Number of operators.</summary>
    public int OperatorCount;
    /// <summary>Which kernels may be used.</summary>
    public Kernels.KernelSet Kernels;
    /// <summary>The constants section.</summary>
    public byte* Constants;
    /// <summary>Activation memory.</summary>
    public byte* Arena;
    /// <summary>What each operator prepared at load.</summary>
    public OperatorState* States;
    /// <summary>Splits an operator's units among threads; null runs them on the caller's.</summary>
    public delegate*<void*, ExecutionState*, int, void> Parallel;
    /// <summary>First argument of <see cref="Parallel"/>.</summary>
    public void* ParallelContext;
    /// <summary>The profiler's time source, in any unit; null turns the profiler off.</summary>
    public delegate*<long> Clock;
    /// <summary>The profiler's ring of rows, one a run: the time at its start and after each operator.</summary>
    public long* Times;
    /// <summary>Rows of the ring.</summary>
    public int TimeRows;
    /// <summary>Runs recorded; the ring holds the last of them.</summary>
    public long RecordedRuns;

    /// <summary>Input <paramref name="i"/> of an operator.</summary>
    public readonly TensorRecord* Input(OperatorRecord* op, int i) => Tensors + Operands[op->FirstInput + i];

    /// <summary>Output <paramref name="i"/> of an operator.</summary>
    public readonly TensorRecord* Output(OperatorRecord* op, int i = 0) => Tensors + Operands[op->FirstOutput + i];

    /// <summary>The first byte of a tensor.</summary>
    public readonly byte* Data(TensorRecord* tensor) => (tensor->Storage == PlanStorage.Constant ? Constants : Arena) + tensor->Offset;
}

/// <summary>What an operator prepared at load for its runs.</summary>
public unsafe struct OperatorState
{
    /// <summary>Weights in the order of the chosen kernel, 64-byte aligned; null for operators without any.</summary>
    public byte* Packed;
    /// <summary>The chosen kernel's function, of the type its family prescribes; null for operators without kernels.</summary>
    public void* Kernel;
    /// <summary>Index of the chosen kernel in <see cref="Kernels.KernelRegistry"/>, -1 for none.</summary>
    public int KernelIndex;
    /// <summary>Independent parts of the work, of about the same cost: threads get ranges of them. At least 1.</summary>
    public int Units;
    /// <summary>What the operator takes on one thread, in INT8 multiply-accumulates of a dense convolution: decides how many threads share it.</summary>
    public long Cost;
}
