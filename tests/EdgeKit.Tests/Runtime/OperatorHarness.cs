using System.Runtime.InteropServices;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels;
using EdgeKit.Runtime.Plan;
using EdgeKit.Testing;

namespace EdgeKit.Tests.Runtime;

/// <summary>A plan of one operator, built in memory; every tensor ends at a guard page.</summary>
internal sealed unsafe class OperatorHarness : IDisposable
{
    private const int MaxTensors = 8;
    private readonly List<GuardedBuffer> _buffers = [];
    private readonly TensorRecord* _tensors = (TensorRecord*)NativeMemory.AllocZeroed(MaxTensors, TensorRecord.Bytes);
    private int _count;

    public int Threads { get; init; } = 1;

    public KernelSet Kernels { get; init; } = KernelSet.Best;

    /// <summary>Number of runs.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>Bytes that this thread allocated in all runs but the first.</summary>
    public long Allocated { get; private set; }

    public void Dispose()
    {
        foreach (GuardedBuffer buffer in _buffers) buffer.Dispose();
        NativeMemory.Free(_tensors);
    }

    /// <summary>Adds a tensor with the given elements; with a gap, a view of the first channels of a wider one; with slack, readable bytes past its end.</summary>
    public int Tensor<T>(T[] values, int[] dims, float scale = 0, int zeroPoint = 0, int gap = 0, int slack = 0) where T : unmanaged
    {
        int tensor = _count++, innermost = dims.Length == 0 ? 1 : dims[^1];
        TensorRecord* t = _tensors + tensor;
        *t = default;
        t->Type = values switch { float[] => PlanType.Float, sbyte[] => PlanType.Int8, int[] => PlanType.Int32, _ => PlanType.Int64 };
        t->Rank = (byte)dims.Length;
        for (int i = 0; i < dims.Length; i++) t->Dims[i] = dims[i];
        t->Scale = scale;
        t->ZeroPoint = zeroPoint;
        t->PixelStride = innermost + gap;
        if (t->ElementCount != values.Length) throw new ArgumentException($"{values.Length} elements for {t->ElementCount}");
        var buffer = new GuardedBuffer(t->ByteLength + slack);
        _buffers.Add(buffer);
        // The arena starts at address 0, so offsets are addresses.
        t->Offset = (long)buffer.Last<byte>(t->ByteLength + slack);
        new Span<byte>((byte*)t->Offset, (int)t->ByteLength).Fill(0xA5);
        for (int i = 0; i < values.Length; i++) *At<T>(tensor, i) = values[i];
        return tensor;
    }

    /// <summary>Adds a tensor to be written.</summary>
    public int Output<T>(int[] dims, float scale = 0, int zeroPoint = 0, int gap = 0) where T : unmanaged
    {
        int count = 1;
        foreach (int d in dims) count *= d;
        return Tensor(new T[count], dims, scale, zeroPoint, gap);
    }

    /// <summary>Adds a tensor to be written where another one lies.</summary>
    public int Over(int other, float scale = 0, int zeroPoint = 0)
    {
        int tensor = _count++;
        _tensors[tensor] = _tensors[other];
        _tensors[tensor].Scale = scale;
        _tensors[tensor].ZeroPoint = zeroPoint;
        return tensor;
    }

    /// <summary>The elements of a tensor.</summary>
    public T[] Values<T>(int tensor) where T : unmanaged
    {
        var values = new T[_tensors[tensor].ElementCount];
        for (int i = 0; i < values.Length; i++) values[i] = *At<T>(tensor, i);
        return values;
    }

    /// <summary>Runs one operator; the last tensor is its output. Returns the output's elements and checks that a view's gaps stay untouched.</summary>
    public T[] Run<T, TParameters>(OperatorKind kind, TParameters parameters)
        where T : unmanaged
        where TParameters : unmanaged
    {
        OperatorRecord op = default;
        op.Kind = kind;
        op.InputCount = _count - 1;
        op.FirstOutput = _count - 1;
        op.OutputCount = 1;
        *(TParameters*)op.Parameters = parameters;
        int* operands = stackalloc int[MaxTensors];
        for (int i = 0; i < _count; i++) operands[i] = i;
        OperatorState state = default;
        ExecutionState execution = default;
        execution.Tensors = _tensors;
        execution.Operators = &op;
        execution.Operands = operands;
        execution.OperatorCount = 1;
        execution.Kernels = Kernels;
        execution.States = &state;
        long packedBytes = Executor.PackedBytes(&execution);
        using var packed = new GuardedBuffer(long.Max(1, packedBytes));
        Executor.Prepare(&execution, packed.Last<byte>(packedBytes));
        using var pool = new WorkerPool(ThreadPlacement.Anywhere(Threads));
        // However small: the split is what is to be tested.
        state.Cost = long.MaxValue;
        if (Threads > 1)
        {
            execution.Parallel = WorkerPool.Parallel;
            execution.ParallelContext = pool.Context;
        }
        Executor.Run(&execution);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 1; i < Repeat; i++) Executor.Run(&execution);
        Allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        CheckGaps(_count - 1);
        return Values<T>(_count - 1);
    }

    private T* At<T>(int tensor, int element) where T : unmanaged
    {
        TensorRecord* t = _tensors + tensor;
        int innermost = t->Rank == 0 ? 1 : t->Dims[t->Rank - 1];
        return (T*)t->Offset + (long)(element / innermost) * t->PixelStride + element % innermost;
    }

    private void CheckGaps(int tensor)
    {
        TensorRecord* t = _tensors + tensor;
        if (t->Rank == 0) return;
        int innermost = t->Dims[t->Rank - 1], bytes = t->ElementBytes;
        for (long row = 0; row < t->ElementCount / innermost - 1; row++)
        {
            byte* gap = (byte*)t->Offset + (row * t->PixelStride + innermost) * bytes;
            for (int i = 0; i < (t->PixelStride - innermost) * bytes; i++)
            {
                if (gap[i] != 0xA5) throw new InvalidOperationException($"row {row}: wrote past the channels of a view");
            }
        }
    }
}
