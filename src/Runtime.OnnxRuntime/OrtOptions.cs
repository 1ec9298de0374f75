namespace EdgeKit.Runtime.OnnxRuntime;

/// <summary>How far ONNX Runtime rewrites the graph before it runs; the numbers are those of its C API.</summary>
public enum GraphOptimization
{
    /// <summary>Runs the graph as it is written.</summary>
    None = 0,

    /// <summary>Constant folding and redundancy elimination.</summary>
    Basic = 1,

    /// <summary>Also fuses operators, among them Q/DQ pairs into QLinear operators.</summary>
    Extended = 2,

    /// <summary>Also changes layouts for this machine.</summary>
    All = 99,
}

/// <summary>Where ONNX Runtime runs the operators; what a provider does not take falls back to the CPU.</summary>
public enum ExecutionProvider
{
    /// <summary>ONNX Runtime's own CPU kernels.</summary>
    Cpu,

    /// <summary>Google's XNNPACK, on the CPU.</summary>
    Xnnpack,

    /// <summary>NVIDIA CUDA.</summary>
    Cuda,

    /// <summary>NVIDIA TensorRT, with CUDA for what TensorRT does not take.</summary>
    TensorRt,
}

/// <summary>The settings of an <see cref="OrtSession"/>.</summary>
public sealed record OrtOptions
{
    /// <summary>Threads within an operator; operators run one after the other.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How far the graph is rewritten before it runs.</summary>
    public GraphOptimization Optimization { get; init; } = GraphOptimization.All;

    /// <summary>Where to write the graph as optimized, or null.</summary>
    public string? OptimizedModelPath { get; init; }

    /// <summary>Where operators run.</summary>
    public ExecutionProvider Provider { get; init; }

    /// <summary>
    /// Keeps INT8 exact on x64 processors without VNNI, at some cost in speed: without it their 8-bit products are summed in
    /// saturating 16-bit pairs (ONNX Runtime's session option <c>session.x64quantprecision</c>). No effect elsewhere.
    /// </summary>
    public bool ExactX64 { get; init; } = true;

    /// <summary>Lets worker threads spin while they wait, which is faster and burns a core.</summary>
    public bool Spin { get; init; } = true;
}
