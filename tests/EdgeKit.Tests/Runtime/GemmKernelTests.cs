using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using EdgeKit.Runtime.Kernels;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>Every GEMM kernel of the registry against the scalar reference, bit for bit, with every buffer ending at a guard page.</summary>
public sealed unsafe class GemmKernelTests : IDisposable
{
    private static readonly int[] TypicalColumns = [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40];
    private static readonly int[] TypicalDepths = [1, 3, 16, 33];
    private readonly KernelMemory _memory = new();
    private readonly GuardedBuffer _panels, _referencePanels, _output, _expected;

    public GemmKernelTests()
    {
        _panels = _memory.More(1 << 20);
        _referencePanels = _memory.More(1 << 20);
        _output = _memory.More(1 << 16);
        _expected = _memory.More(1 << 16);
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>Whether every implementation of a float multiply-add here rounds once.</summary>
    internal static bool Fused => Fma.IsSupported || AdvSimd.IsSupported;

    public static TheoryData<int> Kernels(KernelFamily family)
    {
        var data = new TheoryData<int>();
        for (int i = 0; i < KernelRegistry.Count; i++)
        {
            if (KernelRegistry.At(i).Family == family && KernelRegistry.At(i).Supported) data.Add(i);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Kernels), KernelFamily.GemmInt8)]
    public void Int8_equals_the_reference_for_every_tail(int kernel)
    {
        var random = new Random(1);
        for (int depth = 1; depth <= 40; depth++)
        {
            for (int columns = 1; columns <= 40; columns += depth % 8 == 1 ? 1 : 5) CheckInt8(random, kernel, 1, depth, columns, KernelRegistry.At(kernel).RowTile);
        }
        foreach (int taps in (int[])[1, 9, 25])
        {
            foreach (int depth in TypicalDepths)
            {
                for (int rows = 1; rows <= KernelRegistry.At(kernel).RowTile; rows++)
                {
                    foreach (int columns in TypicalColumns) CheckInt8(random, kernel, taps, depth, columns, rows);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels), KernelFamily.GemmInt8)]
    public void Int8_equals_the_reference_for_long_sums(int kernel)
    {
        var random = new Random(2);
        foreach (int depth in (int[])[1023, 1024, 1025, 2100, 5000]) CheckInt8(random, kernel, 1, depth, 9, 3);
        CheckInt8(random, kernel, 9, 300, 17, 4);
    }

    [Theory]
    [MemberData(nameof(Kernels), KernelFamily.GemmInt8)]
    public void Int8_sums_of_extreme_products_are_exact(int kernel)
    {
        foreach (int depth in (int[])[1, 2, 3, 64, 1024, 1033, 3000])
        {
            foreach (sbyte weight in (sbyte[])[-127, 127])
            {
                foreach (sbyte input in (sbyte[])[-128, 127])
                {
                    sbyte[] weights = Filled(9 * depth, weight);
                    // Adjacent products must not cancel, nor saturate 16 bits; every other column alternates the sign.
                    for (int i = 1; i < depth; i += 2) weights[depth + i] = (sbyte)-weight;
                    // The scale leaves single units visible near the end of the range.
                    CheckInt8(kernel, 1, depth, 9, 2, weights, Filled(9, -weight * input * depth + 77), Filled(9, 1f), 0, -3, Filled(depth, input));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels), KernelFamily.GemmInt8)]
    public void Int8_requantizes_halves_and_saturation_as_the_reference(int kernel)
    {
        int[] bias = [0, 1, -1, 3, -3, 5, -5, 7, -7, 253, 255, -255, -257, 16777217, -16777217, 33554435, int.MaxValue, int.MinValue, int.MinValue + 1, 100, -100, 127, -128];
        foreach (float scale in (float[])[0.5f, 1f, 0.1f, 1.5f, 1e-30f, 3e38f, 0.0078125f, 1.00000012f])
        {
            foreach (int zeroPoint in (int[])[-128, -1, 0, 5, 127])
                CheckInt8(kernel, 1, 1, bias.Length, 1, new sbyte[bias.Length], bias, Filled(bias.Length, scale), 0, zeroPoint, new sbyte[1]);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels), KernelFamily.GemmFloat)]
    public void Float_equals_the_reference_for_every_tail(int kernel)
    {
        var random = new Random(3);
        for (int depth = 1; depth <= 40; depth++)
        {
            for (int columns = 1; columns <= 40; columns += depth % 8 == 1 ? 1 : 5) CheckFloat(random, kernel, 1, depth, columns, KernelRegistry.At(kernel).RowTile);
        }
        foreach (int taps in (int[])[1, 9, 25])
        {
            foreach (int depth in TypicalDepths)
            {
                for (int rows = 1; rows <= KernelRegistry.At(kernel).RowTile; rows++)
                {
                    foreach (int columns in TypicalColumns) CheckFloat(random, kernel, taps, depth, columns, rows);
                }
            }
        }
    }

    private static T[] Filled<T>(int count, T value)
    {
        var values = new T[count];
        Array.Fill(values, value);
        return values;
    }

    private void CheckInt8(Random random, int kernel, int taps, int depth, int columns, int rows)
    {
        _memory.FillRows(random, depth, int8: true);
        float[] scales = KernelMemory.Floats(random, columns);
        for (int i = 0; i < columns; i++) scales[i] = (scales[i] + 1.01f) / (100 * MathF.Sqrt(taps * depth));
        CheckInt8(kernel, taps, depth, columns, rows, KernelMemory.Bytes(random, columns * taps * depth, -127), KernelMemory.Integers(random, columns, 20000), scales,
            random.Next(-128, 128), random.Next(-128, 128), null);
    }

    private void CheckInt8(int kernel, int taps, int depth, int columns, int rows, sbyte[] weights, int[] bias, float[] scales, int inputZeroPoint, int zeroPoint, sbyte[]? input)
    {
        if (input is not null) _memory.FillRows(input);
        KernelEntry k = KernelRegistry.At(kernel), reference = KernelRegistry.At(KernelRegistry.Find(KernelFamily.GemmInt8, KernelSet.Reference));
        byte* panels = _panels.Last<byte>(PanelPacking.MatrixBytes(k, taps, depth, columns, true));
        byte* referencePanels = _referencePanels.Last<byte>(PanelPacking.MatrixBytes(reference, taps, depth, columns, true));
        fixed (sbyte* w = weights)
        fixed (int* b = bias)
        fixed (float* s = scales)
        {
            PanelPacking.PackInt8(k, w, b, s, taps, depth, columns, inputZeroPoint, panels);
            PanelPacking.PackInt8(reference, w, b, s, taps, depth, columns, inputZeroPoint, referencePanels);
        }
        int stride = columns + 3, length = (rows - 1) * stride + columns;
        sbyte* output = _output.Last<sbyte>(length), expected = _expected.Last<sbyte>(length);
        new Span<sbyte>(output, length).Fill(99);
        new Span<sbyte>(expected, length).Fill(99);

        GemmInt8Call call = default;
        call.Taps = taps;
        call.Depth = depth;
        call.Columns = columns;
        call.ZeroPoint = zeroPoint;
        call.Min = int.Max(-128, zeroPoint - 100);
        call.Max = 127;
        call.OutputStride = stride;
        for (int r = 0; r < rows; r++)
        {
            int row = r;
            call.Rows = _memory.Rows<sbyte>(depth, taps, t => 3 * t + row);
            call.Panels = referencePanels;
            call.Output = expected + r * stride;
            call.RowCount = 1;
            ((delegate*<GemmInt8Call*, void>)reference.Function)(&call);
        }
        for (int r = 0; r < rows; r += k.RowTile)
        {
            int row = r;
            call.Rows = _memory.Rows<sbyte>(depth, taps * k.RowTile, i => 3 * (i / k.RowTile) + int.Min(row + i % k.RowTile, rows - 1));
            call.Panels = panels;
            call.RowCount = int.Min(k.RowTile, rows - r);
            call.Output = output + r * stride;
            ((delegate*<GemmInt8Call*, void>)k.Function)(&call);
        }
        Assert.True(new Span<sbyte>(expected, length).SequenceEqual(new Span<sbyte>(output, length)),
            $"{KernelRegistry.NameOf(kernel)}: taps {taps}, depth {depth}, columns {columns}, rows {rows}");
    }

    private void CheckFloat(Random random, int kernel, int taps, int depth, int columns, int rows)
    {
        _memory.FillRows(random, depth, int8: false);
        KernelEntry k = KernelRegistry.At(kernel), reference = KernelRegistry.At(KernelRegistry.Find(KernelFamily.GemmFloat, KernelSet.Reference));
        float* panels = (float*)_panels.Last<byte>(PanelPacking.MatrixBytes(k, taps, depth, columns, false));
        float* referencePanels = (float*)_referencePanels.Last<byte>(PanelPacking.MatrixBytes(reference, taps, depth, columns, false));
        fixed (float* w = KernelMemory.Floats(random, columns * taps * depth))
        fixed (float* b = KernelMemory.Floats(random, columns))
        {
            PanelPacking.PackFloat(k, w, b, taps, depth, columns, (byte*)panels);
            PanelPacking.PackFloat(reference, w, b, taps, depth, columns, (byte*)referencePanels);
        }
        int stride = columns + 3, length = (rows - 1) * stride + columns;
        float* output = _output.Last<float>(length), expected = _expected.Last<float>(length);
        new Span<float>(output, length).Fill(99);
        new Span<float>(expected, length).Fill(99);

        GemmFloatCall call = default;
        call.Taps = taps;
        call.Depth = depth;
        call.Columns = columns;
        call.Min = -1.5f;
        call.Max = float.PositiveInfinity;
        call.OutputStride = stride;
        for (int r = 0; r < rows; r++)
        {
            int row = r;
            call.Rows = _memory.Rows<float>(depth, taps, t => 3 * t + row);
            call.Panels = (byte*)referencePanels;
            call.Output = expected + r * stride;
            call.RowCount = 1;
            ((delegate*<GemmFloatCall*, void>)reference.Function)(&call);
        }
        for (int r = 0; r < rows; r += k.RowTile)
        {
            int row = r;
            call.Rows = _memory.Rows<float>(depth, taps * k.RowTile, i => 3 * (i / k.RowTile) + int.Min(row + i % k.RowTile, rows - 1));
            call.Panels = (byte*)panels;
            call.RowCount = int.Min(k.RowTile, rows - r);
            call.Output = output + r * stride;
            ((delegate*<GemmFloatCall*, void>)k.Function)(&call);
        }
        string what = $"{KernelRegistry.NameOf(kernel)}: taps {taps}, depth {depth}, columns {columns}, rows {rows}";
        if (Fused) Assert.True(new Span<int>(expected, length).SequenceEqual(new Span<int>(output, length)), what);
        else KernelMemory.AssertClose(new Span<float>(expected, length), new Span<float>(output, length), 1e-5f * taps * depth, what);
    }
}
