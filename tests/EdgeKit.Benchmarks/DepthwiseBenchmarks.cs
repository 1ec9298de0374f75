using BenchmarkDotNet.Attributes;
using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Benchmarks;

/// <summary>One output row of INT8 depthwise convolutions.</summary>
public unsafe class DepthwiseBenchmarks : KernelBenchmark
{
    private DepthwiseInt8Call _call;
    private delegate*<DepthwiseInt8Call*, void> _kernel;

    /// <summary>What is measured.</summary>
    [ParamsSource(nameof(Cases))]
    public DepthwiseCase Case { get; set; } = null!;

    /// <summary>Every INT8 depthwise kernel that this CPU supports, on every shape that it fits.</summary>
    public static IEnumerable<DepthwiseCase> Cases => DepthwiseCase.All(KernelFamily.DepthwiseInt8);

    [GlobalSetup]
    public void Setup()
    {
        KernelEntry kernel = KernelRegistry.At(Case.Kernel);
        int size = Case.Size, channels = Case.Channels;
        byte* weights = Memory.Zeros<byte>(DepthwisePacking.Bytes(kernel, size, size, channels, int8: true));
        DepthwisePacking.PackInt8(kernel, Memory.Int8((long)size * size * channels), Memory.Zeros<int>(channels), Memory.Filled(channels, 1e-2f), size, size, channels, 3, weights);
        _call.Rows = (sbyte**)Memory.Zeros<nint>(size);
        for (int ky = 0; ky < size; ky++) _call.Rows[ky] = Memory.Int8((long)Case.InputWidth * channels);
        _call.Padding = Memory.Int8(channels);
        _call.InputStride = channels;
        _call.Weights = weights;
        _call.Output = Memory.Zeros<sbyte>((long)Case.InputWidth * channels);
        _call.OutputStride = channels;
        _call.InputWidth = Case.InputWidth;
        _call.OutputWidth = Case.InputWidth / Case.Stride;
        _call.PadLeft = size / 2;
        _call.KernelH = _call.KernelW = size;
        _call.StrideW = Case.Stride;
        _call.DilationW = 1;
        _call.Channels = channels;
        _call.Min = sbyte.MinValue;
        _call.Max = sbyte.MaxValue;
        _kernel = (delegate*<DepthwiseInt8Call*, void>)kernel.Function;
    }

    [Benchmark]
    public void Run()
    {
        fixed (DepthwiseInt8Call* call = &_call) _kernel(call);
    }
}

/// <summary>One output row of float depthwise convolutions.</summary>
public unsafe class DepthwiseFloatBenchmarks : KernelBenchmark
{
    private DepthwiseFloatCall _call;
    private delegate*<DepthwiseFloatCall*, void> _kernel;

    /// <summary>What is measured.</summary>
    [ParamsSource(nameof(Cases))]
    public DepthwiseCase Case { get; set; } = null!;

    /// <summary>Every float depthwise kernel that this CPU supports, on every shape that it fits.</summary>
    public static IEnumerable<DepthwiseCase> Cases => DepthwiseCase.All(KernelFamily.DepthwiseFloat);

    [GlobalSetup]
    public void Setup()
    {
        KernelEntry kernel = KernelRegistry.At(Case.Kernel);
        int size = Case.Size, channels = Case.Channels;
        byte* weights = Memory.Zeros<byte>(DepthwisePacking.Bytes(kernel, size, size, channels, int8: false));
        DepthwisePacking.PackFloat(kernel, Memory.Floats((long)size * size * channels), Memory.Zeros<float>(channels), size, size, channels, weights);
        _call.Rows = (float**)Memory.Zeros<nint>(size);
        for (int ky = 0; ky < size; ky++) _call.Rows[ky] = Memory.Floats((long)Case.InputWidth * channels);
        _call.Padding = Memory.Zeros<float>(channels);
        _call.InputStride = channels;
        _call.Weights = weights;
        _call.Output = Memory.Zeros<float>((long)Case.InputWidth * channels);
        _call.OutputStride = channels;
        _call.InputWidth = Case.InputWidth;
        _call.OutputWidth = Case.InputWidth / Case.Stride;
        _call.PadLeft = size / 2;
        _call.KernelH = _call.KernelW = size;
        _call.StrideW = Case.Stride;
        _call.DilationW = 1;
        _call.Channels = channels;
        _call.Min = float.NegativeInfinity;
        _call.Max = float.PositiveInfinity;
        _kernel = (delegate*<DepthwiseFloatCall*, void>)kernel.Function;
    }

    [Benchmark]
    public void Run()
    {
        fixed (DepthwiseFloatCall* call = &_call) _kernel(call);
    }
}
