using System.Diagnostics;
using System.Text;
using EdgeKit.Runtime.Kernels;
using EdgeKit.Runtime.Plan;
using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Runtime.Execution;

/// <summary>
/// A loaded model, ready to run. Everything is allocated at load: <see cref="Run"/> allocates nothing. One session serves one thread at a time.
/// </summary>
public sealed unsafe class Session : IDisposable
{
    private const long MaxPackedBytes = 1L << 32;

    private readonly NativeMemoryBlock _arena;
    private readonly NativeMemoryBlock _packed;
    private readonly NativeMemoryBlock _state;
    private readonly ExecutionState* _execution;
    private readonly TensorInfo[] _tensors;
    private readonly string[] _operatorNames;
    private NativeMemoryBlock? _times;
    private WorkerPool? _workers;
    private bool _disposed;

    private Session(PlanFile file, SessionOptions options)
    {
        ReadOnlySpan<byte> plan = file.Plan(options.Plan);
        if (plan.IsEmpty) throw new PlanException($"{file.Name}: has {file.PlanCount} plan(s), number {options.Plan} was asked for");
        PlanValidator.Validate(plan, file.Constants, file.Names, file.Name);
        File = file;
        byte* start = file.PlanPointer(options.Plan);
        var header = (PlanHeader*)start;
        _arena = new NativeMemoryBlock(header->ArenaBytes);
        _state = new NativeMemoryBlock(sizeof(ExecutionState) + (long)header->OperatorCount * sizeof(OperatorState));
        _execution = (ExecutionState*)_state.Pointer;
        _execution->Tensors = (TensorRecord*)(start + header->TensorsOffset);
        _execution->Operators = (OperatorRecord*)(start + header->OperatorsOffset);
        _execution->Operands = (int*)(start + header->OperandsOffset);
        _execution->OperatorCount = header->OperatorCount;
        _execution->Kernels = Allowed(options.Kernels);
        _execution->Constants = file.ConstantsPointer;
        _execution->Arena = _arena.Pointer;
        _execution->States = (OperatorState*)(_execution + 1);
        long packedBytes = Executor.PackedBytes(_execution);
        if (packedBytes > MaxPackedBytes) throw new PlanException($"{file.Name}: malformed plan: weights of {packedBytes} bytes when packed; recompile the model");
        _packed = new NativeMemoryBlock(packedBytes);
        Executor.Prepare(_execution, _packed.Pointer);
        Threads = options.Threads == SessionOptions.AutoThreads ? ChooseThreads(options) : options.Threads;
        SetWorkers(Threads, options);

        ReadOnlySpan<byte> names = file.Names;
        _tensors = new TensorInfo[header->TensorCount];
        for (int i = 0; i < _tensors.Length; i++) _tensors[i] = Describe(_execution->Tensors + i, names);
        _operatorNames = new string[header->OperatorCount];
        for (int i = 0; i < _operatorNames.Length; i++)
            _operatorNames[i] = Encoding.UTF8.GetString(names.Slice(_execution->Operators[i].NameOffset, _execution->Operators[i].NameLength));
        Inputs = TensorList(0, header->InputCount);
        Outputs = TensorList(header->InputCount, header->OutputCount);
    }

    /// <summary>The file this session was loaded from: preprocessing, labels, properties.</summary>
    public PlanFile File { get; }

    /// <summary>The inputs' tensor numbers, in the model's order.</summary>
    public IReadOnlyList<int> Inputs { get; }

    /// <summary>The outputs' tensor numbers, in the model's order.</summary>
    public IReadOnlyList<int> Outputs { get; }

    /// <summary>All tensors of the plan.</summary>
    public IReadOnlyList<TensorInfo> Tensors => _tensors;

    /// <summary>Threads an inference uses, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Number of operators.</summary>
    public int OperatorCount => _execution->OperatorCount;

    /// <summary>Whether layers with weights compute on INT8 tensors.</summary>
    public bool IsInt8 => Enumerable.Range(0, OperatorCount).Select(Operator)
        .Any(op => op.Kind is OperatorKind.Conv or OperatorKind.ConvTranspose && _tensors[op.Inputs[0]].Type == PlanType.Int8);

    /// <summary>Bytes of activation memory.</summary>
    public long ArenaBytes => _arena.Length;

    /// <summary>Bytes of weights as the kernels want them.</summary>
    public long PackedBytes => _packed.Length;

    /// <summary>Loads a model from disk.</summary>
    /// <exception cref="PlanException">The file cannot be read, is malformed or of another version.</exception>
    public static Session Load(string path, SessionOptions? options = null) => Load(PlanFile.Load(path), options);

    /// <summary>Loads a model from memory.</summary>
    /// <exception cref="PlanException">The file is malformed or of another version, or takes more memory than there is.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is negative.</exception>
    public static Session Load(PlanFile file, SessionOptions? options = null)
    {
        if (options is not null) ArgumentOutOfRangeException.ThrowIfNegative(options.Threads);
        try
        {
            return new Session(file, options ?? new SessionOptions());
        }
        catch (OutOfMemoryException)
        {
            throw new PlanException($"{file.Name}: takes more memory than there is");
        }
    }

    /// <summary>Runs one inference on what the inputs hold.</summary>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Executor.Run(_execution);
        // The executor works on memory that goes with this object.
        GC.KeepAlive(this);
    }

    /// <summary>Records the times of the operators in the runs to come, of the last <paramref name="runs"/> of them; forgets what was recorded before.</summary>
    public void StartProfiling(int runs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        StopProfiling();
        _times = new NativeMemoryBlock(runs * (OperatorCount + 1L) * sizeof(long));
        _execution->Times = (long*)_times.Pointer;
        _execution->TimeRows = runs;
        _execution->RecordedRuns = 0;
        _execution->Clock = &Stopwatch.GetTimestamp;
    }

    /// <summary>Ends recording.</summary>
    /// <returns>What was recorded since <see cref="StartProfiling"/>; no runs if nothing was.</returns>
    public OperatorTimes StopProfiling()
    {
        if (_times is null) return new OperatorTimes([], OperatorCount);
        _execution->Clock = null;
        int recorded = (int)Math.Min(_execution->RecordedRuns, _execution->TimeRows);
        var times = new OperatorTimes(new ReadOnlySpan<long>(_execution->Times, recorded * (OperatorCount + 1)).ToArray(), OperatorCount);
        _times.Dispose();
        _times = null;
        return times;
    }

    /// <summary>Runs one operator, for observing tensors between operators: a later operator may reuse the memory of an earlier one's tensors.</summary>
    public void RunOperator(int index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)OperatorCount);
        Executor.RunOperator(_execution, index);
        GC.KeepAlive(this);
    }

    /// <summary>Kind, ONNX node name, tensor numbers, kernel and work of one operator.</summary>
    public OperatorInfo Operator(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)OperatorCount);
        OperatorRecord* op = _execution->Operators + index;
        int kernel = _execution->States[index].KernelIndex;
        return new OperatorInfo(op->Kind, _operatorNames[index],
            TensorList(op->FirstInput, op->InputCount), TensorList(op->FirstOutput, op->OutputCount),
            kernel < 0 ? null : KernelRegistry.NameOf(kernel), OperatorWork.Macs(_execution, index), OperatorWork.Bytes(_execution, index), op->Band, Window(op));
    }

    /// <summary>The blocks of activation memory and when each is in use, in the order of their tensors.</summary>
    public IReadOnlyList<ArenaSpan> ArenaSpans()
    {
        var spans = new SortedDictionary<int, ArenaSpan>();
        foreach (int input in Inputs) Use(input, 0, OperatorCount - 1);
        int first = 0, last = -1;
        for (int i = 0; i < OperatorCount; i++)
        {
            OperatorInfo op = Operator(i);
            // The operators of a band run at the same time.
            if (i > last) (first, last) = (i, i + Math.Max(1, op.Band) - 1);
            foreach (int tensor in op.Inputs.Concat(op.Outputs)) Use(tensor, first, last);
        }
        foreach (int output in Outputs) Use(output, OperatorCount - 1, OperatorCount - 1);
        return [.. spans.Values];

        void Use(int tensor, int first, int last)
        {
            TensorRecord* record = _execution->Tensors + tensor;
            if (record->Storage != PlanStorage.Arena) return;
            spans[tensor] = spans.TryGetValue(tensor, out ArenaSpan? span)
                ? span with { Last = Math.Max(span.Last, last) }
                : new ArenaSpan(tensor, record->Offset, record->ByteLength, first, last);
        }
    }

    /// <summary>Number of the tensor of that name, or -1.</summary>
    public int FindTensor(string name) => Array.FindIndex(_tensors, t => t.Name == name);

    /// <summary>The bytes of a tensor, physical order; those of a view have the bytes of other tensors between its pixels (<see cref="TensorInfo.PixelStride"/>). Constants must not be written.</summary>
    public Span<byte> TensorBytes(int tensor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)tensor, (uint)_tensors.Length);
        TensorRecord* record = _execution->Tensors + tensor;
        return new Span<byte>(_execution->Data(record), (int)record->ByteLength);
    }

    /// <summary>The bytes of input <paramref name="index"/>, to be filled before <see cref="Run"/>: NHWC, INT8 with the tensor's scale and zero point, or float.</summary>
    public Span<byte> InputBytes(int index) => TensorBytes(Inputs[index]);

    /// <summary>The bytes of output <paramref name="index"/>, valid until the next <see cref="Run"/>.</summary>
    public ReadOnlySpan<byte> OutputBytes(int index) => TensorBytes(Outputs[index]);

    /// <summary>Fills an input from real values in the model's dimension order (NCHW), quantizing where the plan wants INT8.</summary>
    /// <exception cref="ArgumentException">The number of values is not the tensor's.</exception>
    public void SetInput(int index, ReadOnlySpan<float> values)
    {
        TensorAccess.Write(_tensors[Inputs[index]], TensorBytes(Inputs[index]), values);
        GC.KeepAlive(this);
    }

    /// <summary>Output <paramref name="index"/> as real values in the model's dimension order.</summary>
    public float[] GetOutput(int index) => GetTensor(Outputs[index]);

    /// <summary>Output <paramref name="index"/> as real values in the model's dimension order, in memory of the caller's.</summary>
    /// <param name="index">Which output.</param>
    /// <param name="values">Receives as many values as the output has elements.</param>
    public void ReadOutput(int index, Span<float> values) => TensorAccess.Read(_tensors[Outputs[index]], TensorBytes(Outputs[index]), values);

    /// <summary>Any tensor as real values in the model's dimension order.</summary>
    public float[] GetTensor(int tensor)
    {
        float[] values = new float[_tensors[tensor].ElementCount];
        TensorAccess.Read(_tensors[tensor], TensorBytes(tensor), values);
        GC.KeepAlive(this);
        return values;
    }

    /// <summary>Fills any tensor from real values in the model's dimension order, quantizing where it is INT8, for running single operators. It must be no view of channels and no constant.</summary>
    /// <exception cref="ArgumentException">The number of values is not the tensor's.</exception>
    public void SetTensor(int tensor, ReadOnlySpan<float> values) => TensorAccess.Write(_tensors[tensor], TensorBytes(tensor), values);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _workers?.Dispose();
        _times?.Dispose();
        _packed.Dispose();
        _state.Dispose();
        _arena.Dispose();
    }

    private int ChooseThreads(SessionOptions options)
    {
        int most = options.Cores is { Count: > 0 } cores ? cores.Count : Environment.ProcessorCount;
        SetWorkers(most, options);
        return ThreadTuning.Choose(most, threads =>
        {
            if (_workers is not null) _workers.Limit = threads;
            Executor.Run(_execution);
        });
    }

    private void SetWorkers(int threads, SessionOptions options)
    {
        _workers?.Dispose();
        _workers = threads > 1 ? new WorkerPool(ThreadPlacement.Of(threads, options.Cores)) : null;
        _execution->Parallel = _workers is null ? null : WorkerPool.Parallel;
        _execution->ParallelContext = _workers is null ? null : _workers.Context;
    }

    private static OperatorWindow? Window(OperatorRecord* op)
    {
        switch (op->Kind)
        {
            case OperatorKind.Conv or OperatorKind.ConvTranspose:
                var conv = (ConvParameters*)op->Parameters;
                return new OperatorWindow(conv->KernelH, conv->KernelW, conv->StrideW, conv->Groups);
            case OperatorKind.Pool:
                var pool = (PoolParameters*)op->Parameters;
                return new OperatorWindow(pool->KernelH, pool->KernelW, pool->StrideW, 1);
            default:
                return null;
        }
    }

    private static KernelSet Allowed(KernelSet asked) => asked != KernelSet.Best ? asked : Environment.GetEnvironmentVariable("EDGEKIT_KERNELS") switch
    {
        "portable" => KernelSet.Portable,
        "reference" => KernelSet.Reference,
        _ => KernelSet.Best,
    };

    private static TensorInfo Describe(TensorRecord* record, ReadOnlySpan<byte> names)
    {
        int[] dims = new int[record->Rank];
        for (int i = 0; i < dims.Length; i++) dims[i] = record->Dims[i];
        return new TensorInfo(Encoding.UTF8.GetString(names.Slice(record->NameOffset, record->NameLength)), record->Type, dims, record->Order, record->Scale, record->ZeroPoint, record->PixelStride);
    }

    private int[] TensorList(int first, int count) => new ReadOnlySpan<int>(_execution->Operands + first, count).ToArray();
}
