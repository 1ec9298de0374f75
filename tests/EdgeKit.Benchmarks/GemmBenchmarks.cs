using BenchmarkDotNet.Attributes;
using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Benchmarks;

/// <summary>Matrix products with INT8 in the direct form: 1x1 convolutions.</summary>
public unsafe class GemmBenchmarks : KernelBenchmark
{
    private GemmInt8Call _call;
    private delegate*<GemmInt8Call*, void> _kernel;

    /// <summary>What is measured.</summary>
    [ParamsSource(nameof(Cases))]
    public GemmCase Case { get; set; } = null!;

    /// <summary>Every INT8 GEMM kernel that this CPU supports, on every shape.</summary>
    public static IEnumerable<GemmCase> Cases => GemmCase.All(KernelFamily.GemmInt8);

    [GlobalSetup]
    public void Setup()
    {
        KernelEntry kernel = KernelRegistry.At(Case.Kernel);
        byte* panels = Memory.Zeros<byte>(PanelPacking.MatrixBytes(kernel, 1, Case.Depth, Case.Columns, int8: true));
        PanelPacking.PackInt8(kernel, Memory.Int8((long)Case.Depth * Case.Columns), Memory.Zeros<int>(Case.Columns), Memory.Filled(Case.Columns, 1e-4f), 1, Case.Depth, Case.Columns, 3, panels);
        _call.Input = Memory.Int8((long)Case.Rows * Case.Depth);
        _call.InputStride = Case.Depth;
        _call.Panels = panels;
        _call.Output = Memory.Zeros<sbyte>((long)Case.Rows * Case.Columns);
        _call.OutputStride = Case.Columns;
        _call.RowCount = Case.Rows;
        _call.Taps = 1;
        _call.Depth = Case.Depth;
        _call.Columns = Case.Columns;
        _call.Min = sbyte.MinValue;
        _call.Max = sbyte.MaxValue;
        _kernel = (delegate*<GemmInt8Call*, void>)kernel.Function;
    }

    [Benchmark]
    public void Run()
    {
        fixed (GemmInt8Call* call = &_call) _kernel(call);
    }
}

/// <summary>Matrix products with float in the direct form: 1x1 convolutions.</summary>
public unsafe class GemmFloatBenchmarks : KernelBenchmark
{
    private GemmFloatCall _call;
    private delegate*<GemmFloatCall*, void> _kernel;

    /// <summary>What is measured.</summary>
    [ParamsSource(nameof(Cases))]
    public GemmCase Case { get; set; } = null!;

    /// <summary>Every float GEMM kernel that this CPU supports, on every shape.</summary>
    public static IEnumerable<GemmCase> Cases => GemmCase.All(KernelFamily.GemmFloat);

    [GlobalSetup]
    public void Setup()
    {
        KernelEntry kernel = KernelRegistry.At(Case.Kernel);
        byte* panels = Memory.Zeros<byte>(PanelPacking.MatrixBytes(kernel, 1, Case.Depth, Case.Columns, int8: false));
        PanelPacking.PackFloat(kernel, Memory.Floats((long)Case.Depth * Case.Columns), Memory.Zeros<float>(Case.Columns), 1, Case.Depth, Case.Columns, panels);
        _call.Input = Memory.Floats((long)Case.Rows * Case.Depth);
        _call.InputStride = Case.Depth;
        _call.Panels = panels;
        _call.Output = Memory.Zeros<float>((long)Case.Rows * Case.Columns);
        _call.OutputStride = Case.Columns;
        _call.RowCount = Case.Rows;
        _call.Taps = 1;
        _call.Depth = Case.Depth;
        _call.Columns = Case.Columns;
        _call.Min = float.NegativeInfinity;
        _call.Max = float.PositiveInfinity;
        _kernel = (delegate*<GemmFloatCall*, void>)kernel.Function;
    }

    [Benchmark]
    public void Run()
    {
        fixed (GemmFloatCall* call = &_call) _kernel(call);
    }
}
