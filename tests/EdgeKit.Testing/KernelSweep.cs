using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Testing;

/// <summary>Ends of buffers, each followed by memory that may not be touched; each buffer has at least <see cref="Bytes"/> bytes.</summary>
public unsafe struct SweepMemory
{
    /// <summary>Input rows that can lie at different places.</summary>
    public const int InputSlots = 7;

    /// <summary>Smallest size of a buffer.</summary>
    public const int Bytes = 4 << 20;

    /// <summary>Number of buffers: what <see cref="Set"/> takes.</summary>
    public const int Count = InputSlots + 8;

    private fixed ulong _ends[Count];

    /// <summary>Gives buffer number <paramref name="index"/>, which ends at <paramref name="end"/>.</summary>
    public void Set(int index, byte* end) => _ends[index] = (ulong)end;

    internal readonly T* Input<T>(int slot, long count) where T : unmanaged => Last<T>(slot, count + KernelContract.Slack / sizeof(T));

    /// <summary>An input none of whose bytes may be read past its end.</summary>
    internal readonly byte* Exact(int slot, long count) => Last<byte>(slot, count);

    internal readonly byte* Pointers(long bytes) => Last<byte>(InputSlots, bytes);

    internal readonly byte* Packed(long bytes) => Last<byte>(InputSlots + 1, bytes);

    internal readonly byte* ReferencePacked(long bytes) => Last<byte>(InputSlots + 2, bytes);

    internal readonly T* Output<T>(long count) where T : unmanaged => Last<T>(InputSlots + 3, count);

    internal readonly T* Expected<T>(long count) where T : unmanaged => Last<T>(InputSlots + 4, count);

    internal readonly T* Weights<T>(long count) where T : unmanaged => Last<T>(InputSlots + 5, count);

    internal readonly T* Bias<T>(long count) where T : unmanaged => Last<T>(InputSlots + 6, count);

    internal readonly float* Scales(long count) => Last<float>(InputSlots + 7, count);

    private readonly T* Last<T>(int buffer, long count) where T : unmanaged => (T*)(_ends[buffer] - (ulong)count * (ulong)sizeof(T));
}

/// <summary>One comparison of a kernel with the scalar reference. Unused sizes are 0.</summary>
public struct SweepCase
{
    /// <summary>GEMM rows, or output positions.</summary>
    public int Rows { get; set; }
    /// <summary>GEMM taps, or kernel size.</summary>
    public int Taps { get; set; }
    /// <summary>GEMM depth.</summary>
    public int Depth { get; set; }
    /// <summary>Output channels.</summary>
    public int Columns { get; set; }
    /// <summary>GEMM: 1 for the direct form. Depthwise: horizontal stride.</summary>
    public int Form { get; set; }
    /// <summary>Depthwise: dilation.</summary>
    public int Dilation { get; set; }
    /// <summary>What values: see <see cref="SweepValues"/>.</summary>
    public SweepValues Values { get; set; }
}

/// <summary>What an INT8 case computes with, but for its input.</summary>
internal unsafe struct SweepInt8
{
    public sbyte* Weights;
    public int* Bias;
    public float* Scales;
    public int InputZeroPoint, ZeroPoint;
    /// <summary>The input value of a case of <see cref="SweepValues.Extreme"/>.</summary>
    public sbyte Extreme;
}

/// <summary>What a case is filled with.</summary>
public enum SweepValues
{
    /// <summary>Random values, extremes frequent.</summary>
    Random = 0,
    /// <summary>The largest products, all of one sign: nothing may saturate on the way.</summary>
    Extreme = 1,
    /// <summary>No products: biases and scales that requantize to halves, limits and beyond.</summary>
    Rounding = 2,
}

/// <summary>
/// Holds one kernel to the scalar reference, over every tail of every dimension and the limits of the arithmetic. Pointers and static code only, so that it also runs where there is no
/// managed runtime.
/// </summary>
public static unsafe class KernelSweep
{
    /// <summary>Compares all cases; INT8 bit for bit, float within <paramref name="floatTolerance"/> of the sum of magnitudes (0: bit for bit).</summary>
    /// <returns>The number of cases compared, or -1 with the first that differs in <paramref name="failed"/>.</returns>
    public static int Run(int kernel, SweepMemory* memory, float floatTolerance, SweepCase* failed)
    {
        KernelFamily family = KernelRegistry.At(kernel).Family;
        return family is KernelFamily.GemmInt8 or KernelFamily.GemmFloat
            ? GemmSweep.Run(kernel, memory, floatTolerance, failed)
            : DepthwiseSweep.Run(kernel, memory, floatTolerance, failed);
    }

    internal static void Fill(sbyte* values, long count, int lowest, ref uint seed)
    {
        for (long i = 0; i < count; i++)
        {
            uint r = Next(ref seed);
            values[i] = (r & 7) == 0 ? (r & 8) == 0 ? (sbyte)lowest : (sbyte)127 : (sbyte)(lowest + (int)((r >> 8) % (uint)(128 - lowest)));
        }
    }

    internal static void Fill(float* values, long count, ref uint seed)
    {
        for (long i = 0; i < count; i++) values[i] = (int)(Next(ref seed) >> 8) * (2f / (1 << 24)) - 1f;
    }

    internal static void Fill(int* values, long count, int bound, ref uint seed)
    {
        for (long i = 0; i < count; i++) values[i] = (int)(Next(ref seed) % (uint)(2 * bound)) - bound;
    }

    /// <summary>Weights, biases, scales and zero points of an INT8 case whose sums have so many terms.</summary>
    internal static SweepInt8 FillInt8(SweepMemory* memory, SweepCase c, int terms, ref uint seed)
    {
        long count = (long)c.Columns * terms;
        SweepInt8 layer = default;
        layer.Weights = memory->Weights<sbyte>(count);
        layer.Bias = memory->Bias<int>(c.Columns);
        layer.Scales = memory->Scales(c.Columns);
        layer.InputZeroPoint = (int)(Next(ref seed) & 255) - 128;
        layer.ZeroPoint = (int)(Next(ref seed) & 255) - 128;
        Fill(layer.Weights, count, -127, ref seed);
        Fill(layer.Bias, c.Columns, 20000, ref seed);
        Fill(layer.Scales, c.Columns, ref seed);
        for (int i = 0; i < c.Columns; i++) layer.Scales[i] = (layer.Scales[i] + 1.01f) / (100 * MathF.Sqrt(terms));
        layer.Extreme = (Next(ref seed) & 1) == 0 ? (sbyte)-128 : (sbyte)127;
        if (c.Values == SweepValues.Extreme)
        {
            layer.InputZeroPoint = 0;
            sbyte weight = (Next(ref seed) & 1) == 0 ? (sbyte)-127 : (sbyte)127;
            for (long i = 0; i < count; i++) layer.Weights[i] = weight;
            for (int i = 0; i < c.Columns; i++)
            {
                layer.Bias[i] = -weight * layer.Extreme * terms + 77 - i;
                layer.Scales[i] = 1f;
            }
        }
        else if (c.Values == SweepValues.Rounding)
        {
            for (long i = 0; i < count; i++) layer.Weights[i] = 0;
            FillRounding(layer.Bias, layer.Scales, c.Columns, ref seed);
        }
        return layer;
    }

    internal static uint Next(ref uint seed)
    {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        return seed;
    }

    /// <summary>Biases and scales whose products are halves, whole, tiny, or past every range.</summary>
    private static void FillRounding(int* bias, float* scales, int count, ref uint seed)
    {
        for (int i = 0; i < count; i++)
        {
            bias[i] = (i % 8) switch
            {
                0 => int.MaxValue,
                1 => int.MinValue,
                2 => 16777217,
                3 => -33554435,
                4 => 255,
                _ => (int)(Next(ref seed) % 1024) - 512,
            };
            scales[i] = (Next(ref seed) % 8) switch
            {
                0 => 1f,
                1 => 0.1f,
                2 => 1.5f,
                3 => 1e-30f,
                4 => 3e38f,
                5 => 1.00000012f,
                6 => 0.0078125f,
                _ => 0.5f,
            };
        }
    }

    internal static bool Same(byte* a, byte* b, long count)
    {
        for (long i = 0; i < count; i++) if (a[i] != b[i]) return false;
        return true;
    }

    internal static bool Close(float* a, float* b, long count, float tolerance)
    {
        if (tolerance == 0) return Same((byte*)a, (byte*)b, count * sizeof(float));
        for (long i = 0; i < count; i++) if (!(MathF.Abs(a[i] - b[i]) <= tolerance)) return false;
        return true;
    }
}
