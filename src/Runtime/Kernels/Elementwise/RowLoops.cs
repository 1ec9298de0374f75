using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using EdgeKit.Runtime.Kernels.Arm;
using EdgeKit.Runtime.Kernels.Portable;
using EdgeKit.Runtime.Kernels.X86;

namespace EdgeKit.Runtime.Kernels.Elementwise;

/// <summary>What pooling, reductions and resizing do with whole rows of channels.</summary>
internal static unsafe class RowLoops
{
    /// <summary>Copies in whole vectors: up to 15 bytes more are read and written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyVectors(byte* from, byte* to, nint bytes)
    {
        for (nint i = 0; i < bytes; i += Vector128<byte>.Count) Vector128.Load(from + i).Store(to + i);
    }

    /// <summary>Copies <paramref name="bytes"/> bytes; source and target do not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(void* source, void* target, nint bytes) => Unsafe.CopyBlockUnaligned(target, source, (uint)bytes);

    /// <summary>y[2 i] = x[i], y[2 i + 1] = x[distance + i] for i below <paramref name="count"/>, in every row; y does not overlap x.</summary>
    public static void Zip(byte* x, nint distance, nint rowStep, byte* y, nint outRowStep, nint count, nint rows)
    {
        const int step = 16;
        for (; rows > 0; rows--, x += rowStep, y += outRowStep)
        {
            nint i = 0;
            for (; i <= count - step; i += step) ZipVector(x + i, x + distance + i, y + 2 * i);
            if (i == count) continue;
            if (count >= step)
            {
                i = count - step;
                ZipVector(x + i, x + distance + i, y + 2 * i);
                continue;
            }
            for (; i < count; i++)
            {
                y[2 * i] = x[i];
                y[2 * i + 1] = x[distance + i];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ZipVector(byte* a, byte* b, byte* y)
    {
        Vector128<byte> first = Vector128.Load(a), second = Vector128.Load(b);
        if (AdvSimd.Arm64.IsSupported)
        {
            AdvSimd.Arm64.ZipLow(first, second).Store(y);
            AdvSimd.Arm64.ZipHigh(first, second).Store(y + 16);
            return;
        }
        (Vector128.WidenLower(first) | (Vector128.WidenLower(second) << 8)).AsByte().Store(y);
        (Vector128.WidenUpper(first) | (Vector128.WidenUpper(second) << 8)).AsByte().Store(y + 16);
    }

    /// <summary>y = max(y, x).</summary>
    public static void Max(sbyte* y, sbyte* x, nint count)
    {
        nint i = 0;
        for (; i <= count - Vector128<sbyte>.Count; i += Vector128<sbyte>.Count) Vector128.Max(Vector128.Load(y + i), Vector128.Load(x + i)).Store(y + i);
        for (; i < count; i++) y[i] = sbyte.Max(y[i], x[i]);
    }

    /// <summary>y = min(y, x).</summary>
    public static void Min(sbyte* y, sbyte* x, nint count)
    {
        nint i = 0;
        for (; i <= count - Vector128<sbyte>.Count; i += Vector128<sbyte>.Count) Vector128.Min(Vector128.Load(y + i), Vector128.Load(x + i)).Store(y + i);
        for (; i < count; i++) y[i] = sbyte.Min(y[i], x[i]);
    }

    /// <summary>y = f(y, x).</summary>
    public static void Fold<T>(float* y, float* x, nint count) where T : struct, IBinaryFunction
    {
        for (nint i = 0; i < count; i += Partial.Step)
            Partial.Store(T.Invoke(Partial.Load(y + i, 1, count - i), Partial.Load(x + i, 1, count - i)), y + i, count - i);
    }

    /// <summary>sums += x.</summary>
    public static void Add(int* sums, sbyte* x, nint count)
    {
        nint i = AdvSimd.Arm64.IsSupported ? NeonInt8Loops.Accumulate(sums, x, count) : 0;
        for (; i <= count - 8; i += 8)
        {
            Vector128<short> wide = Lanes128.Widen(x + i);
            (Vector128.Load(sums + i) + Vector128.WidenLower(wide)).Store(sums + i);
            (Vector128.Load(sums + i + 4) + Vector128.WidenUpper(wide)).Store(sums + i + 4);
        }
        for (; i < count; i++) sums[i] += x[i];
    }

    /// <summary><see cref="Requantize.ToInt8"/> of each sum with one scale.</summary>
    public static void Requantized(int* sums, sbyte* y, nint count, float scale, int zeroPoint)
    {
        float* scales = stackalloc float[8] { scale, scale, scale, scale, scale, scale, scale, scale };
        Int8Range range = new(zeroPoint, sbyte.MinValue, sbyte.MaxValue);
        nint i = 0;
        for (; i <= count - 8; i += 8) Lanes128.RequantizeTo(y + i, sums + i, scales, range);
        for (; i < count; i++) y[i] = Requantize.ToInt8(sums[i], scale, zeroPoint, sbyte.MinValue, sbyte.MaxValue);
    }

    /// <summary>y[i] = table[x[i] + 128]; y may be x, so no element is done twice.</summary>
    public static void Lookup(sbyte* x, sbyte* y, nint count, sbyte* table)
    {
        sbyte* middle = table + 128;
        nint i = 0;
        if (AdvSimd.Arm64.IsSupported) i = NeonInt8Loops.Lookup(x, y, count, table);
        if (Avx512Vbmi.IsSupported) i = X86Int8Loops.Lookup512(x, y, count, table);
        else if (Avx2.IsSupported) i = X86Int8Loops.Lookup256(x, y, count, table);
        for (; i <= count - 4; i += 4)
        {
            sbyte a = middle[x[i]], b = middle[x[i + 1]], c = middle[x[i + 2]], d = middle[x[i + 3]];
            y[i] = a;
            y[i + 1] = b;
            y[i + 2] = c;
            y[i + 3] = d;
        }
        for (; i < count; i++) y[i] = middle[x[i]];
    }

    /// <summary>y += factor · x, fused where the instruction set has it.</summary>
    public static void MultiplyAdd(float* y, float* x, float factor, nint count)
    {
        Vector128<float> f = Vector128.Create(factor);
        for (nint i = 0; i < count; i += Partial.Step)
            Partial.Store(Vector128.MultiplyAddEstimate(f, Partial.Load(x + i, 1, count - i), Partial.Load(y + i, 1, count - i)), y + i, count - i);
    }
}
