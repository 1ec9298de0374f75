using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Testing;

/// <summary>The GEMM part of <see cref="KernelSweep"/>.</summary>
internal static unsafe class GemmSweep
{
    public static int Run(int kernel, SweepMemory* memory, float tolerance, SweepCase* failed)
    {
        uint seed = 12345;
        int cases = 0, tile = KernelRegistry.At(kernel).RowTile, columnTile = KernelRegistry.At(kernel).ColumnTile;
        for (int form = 0; form < 2; form++)
        {
            for (int depth = 1; depth <= 40; depth++)
            {
                int step = depth % 8 == 1 ? 1 : 5;
                for (int columns = 1; columns <= 2 * columnTile + 9; columns += step)
                    if (!Check(kernel, memory, tolerance, failed, ref cases, ref seed, Case(tile + 1, 1, depth, columns, form, SweepValues.Random))) return -1;
            }
            for (int rows = 1; rows <= 3 * tile + 1; rows++)
            {
                for (int columns = columnTile - 1; columns <= columnTile + 1; columns++)
                    if (columns > 0 && !Check(kernel, memory, tolerance, failed, ref cases, ref seed, Case(rows, 1, 19, columns, form, SweepValues.Random))) return -1;
            }
            for (int depth = 63; depth <= 3000; depth = depth * 5 / 2 + 1)
            {
                if (!Check(kernel, memory, tolerance, failed, ref cases, ref seed, Case(3, 1, depth, 9, form, SweepValues.Random))) return -1;
                if (!Check(kernel, memory, tolerance, failed, ref cases, ref seed, Case(2, 1, depth, columnTile + 1, form, SweepValues.Extreme))) return -1;
            }
            for (int rows = 1; rows <= tile + 1; rows++)
                if (!Check(kernel, memory, tolerance, failed, ref cases, ref seed, Case(rows, 1, 1, 61, form, SweepValues.Rounding))) return -1;
        }
        for (int taps = 2; taps <= 27; taps += 5)
        {
            for (int depth = 1; depth <= 35; depth += depth < 20 ? 1 : 7)
            {
                for (int rows = 1; rows <= tile + 1; rows++)
                    if (!Check(kernel, memory, tolerance, failed, ref cases, ref seed, Case(rows, taps, depth, 1 + (depth * 7 + rows) % 37, 0, SweepValues.Random))) return -1;
            }
        }
        return cases;
    }

    private static SweepCase Case(int rows, int taps, int depth, int columns, int form, SweepValues values)
    {
        SweepCase c = default;
        c.Rows = rows;
        c.Taps = taps;
        c.Depth = depth;
        c.Columns = columns;
        c.Form = form;
        c.Values = values;
        return c;
    }

    private static bool Check(int kernel, SweepMemory* memory, float tolerance, SweepCase* failed, ref int cases, ref uint seed, SweepCase c)
    {
        cases++;
        bool same = KernelRegistry.At(kernel).Family == KernelFamily.GemmInt8 ? CheckInt8(kernel, memory, ref seed, c) : CheckFloat(kernel, memory, tolerance, ref seed, c);
        if (!same) *failed = c;
        return same;
    }

    private static bool CheckInt8(int kernel, SweepMemory* memory, ref uint seed, SweepCase c)
    {
        KernelEntry k = KernelRegistry.At(kernel), reference = KernelRegistry.At(KernelRegistry.Find(KernelFamily.GemmInt8, KernelSet.Reference, default));
        SweepInt8 layer = KernelSweep.FillInt8(memory, c, c.Taps * c.Depth, ref seed);
        nint inputStride = c.Depth + 5;
        for (int slot = 0; slot < SweepMemory.InputSlots; slot++)
        {
            long length = c.Form == 1 ? (c.Rows - 1) * inputStride + c.Depth : c.Depth;
            sbyte* row = memory->Input<sbyte>(slot, length);
            KernelSweep.Fill(row, length + KernelContract.Slack, -128, ref seed);
            if (c.Values == SweepValues.Extreme) for (long i = 0; i < length; i++) row[i] = layer.Extreme;
            if (c.Form == 1) break;
        }

        byte* packed = memory->Packed(PanelPacking.MatrixBytes(k, c.Taps, c.Depth, c.Columns, true));
        byte* referencePacked = memory->ReferencePacked(PanelPacking.MatrixBytes(reference, c.Taps, c.Depth, c.Columns, true));
        PanelPacking.PackInt8(k, layer.Weights, layer.Bias, layer.Scales, c.Taps, c.Depth, c.Columns, layer.InputZeroPoint, packed);
        PanelPacking.PackInt8(reference, layer.Weights, layer.Bias, layer.Scales, c.Taps, c.Depth, c.Columns, layer.InputZeroPoint, referencePacked);
        nint stride = c.Columns + 3, length2 = (c.Rows - 1) * stride + c.Columns;
        sbyte* output = memory->Output<sbyte>(length2), expected = memory->Expected<sbyte>(length2);
        for (nint i = 0; i < length2; i++) output[i] = expected[i] = 99;

        GemmInt8Call call = default;
        call.Input = memory->Input<sbyte>(0, (c.Rows - 1) * inputStride + c.Depth);
        call.InputStride = inputStride;
        call.RowCount = c.Rows;
        call.Taps = c.Taps;
        call.Depth = c.Depth;
        call.Columns = c.Columns;
        call.ZeroPoint = layer.ZeroPoint;
        call.Min = int.Max(-128, layer.ZeroPoint - 100);
        call.Max = (seed & 16) == 0 ? 127 : int.Min(127, layer.ZeroPoint + 90);
        call.OutputStride = stride;
        call.Rows = c.Form == 1 ? null : (sbyte**)Rows<sbyte>(memory, c, 1);
        call.Panels = referencePacked;
        call.Output = expected;
        ((delegate*<GemmInt8Call*, void>)reference.Function)(&call);
        call.Rows = c.Form == 1 ? null : (sbyte**)Rows<sbyte>(memory, c, k.RowTile);
        call.Panels = packed;
        call.Output = output;
        ((delegate*<GemmInt8Call*, void>)k.Function)(&call);
        return KernelSweep.Same((byte*)output, (byte*)expected, length2);
    }

    private static bool CheckFloat(int kernel, SweepMemory* memory, float tolerance, ref uint seed, SweepCase c)
    {
        KernelEntry k = KernelRegistry.At(kernel), reference = KernelRegistry.At(KernelRegistry.Find(KernelFamily.GemmFloat, KernelSet.Reference, default));
        long weightCount = (long)c.Columns * c.Taps * c.Depth;
        float* weights = memory->Weights<float>(weightCount);
        float* bias = memory->Bias<float>(c.Columns);
        KernelSweep.Fill(weights, weightCount, ref seed);
        KernelSweep.Fill(bias, c.Columns, ref seed);
        nint inputStride = c.Depth + 5;
        for (int slot = 0; slot < SweepMemory.InputSlots; slot++)
        {
            long length = c.Form == 1 ? (c.Rows - 1) * inputStride + c.Depth : c.Depth;
            float* row = memory->Input<float>(slot, length);
            KernelSweep.Fill(row, length, ref seed);
            for (int i = 0; i < KernelContract.Slack / sizeof(float); i++) row[length + i] = float.NaN;
            if (c.Form == 1) break;
        }

        byte* packed = memory->Packed(PanelPacking.MatrixBytes(k, c.Taps, c.Depth, c.Columns, false));
        byte* referencePacked = memory->ReferencePacked(PanelPacking.MatrixBytes(reference, c.Taps, c.Depth, c.Columns, false));
        PanelPacking.PackFloat(k, weights, bias, c.Taps, c.Depth, c.Columns, packed);
        PanelPacking.PackFloat(reference, weights, bias, c.Taps, c.Depth, c.Columns, referencePacked);
        nint stride = c.Columns + 3, length2 = (c.Rows - 1) * stride + c.Columns;
        float* output = memory->Output<float>(length2), expected = memory->Expected<float>(length2);
        for (nint i = 0; i < length2; i++) output[i] = expected[i] = 99;

        GemmFloatCall call = default;
        call.Input = memory->Input<float>(0, (c.Rows - 1) * inputStride + c.Depth);
        call.InputStride = inputStride;
        call.RowCount = c.Rows;
        call.Taps = c.Taps;
        call.Depth = c.Depth;
        call.Columns = c.Columns;
        call.Min = -1.5f;
        call.Max = (seed & 16) == 0 ? float.PositiveInfinity : 1.25f;
        call.OutputStride = stride;
        call.Rows = c.Form == 1 ? null : (float**)Rows<float>(memory, c, 1);
        call.Panels = referencePacked;
        call.Output = expected;
        ((delegate*<GemmFloatCall*, void>)reference.Function)(&call);
        call.Rows = c.Form == 1 ? null : (float**)Rows<float>(memory, c, k.RowTile);
        call.Panels = packed;
        call.Output = output;
        ((delegate*<GemmFloatCall*, void>)k.Function)(&call);
        return KernelSweep.Close(output, expected, length2, tolerance * c.Taps * c.Depth);
    }

    /// <summary>Pointers of the indirect form for a row tile: tap t of row r lies in slot (3 t + r) modulo their number.</summary>
    private static void** Rows<T>(SweepMemory* memory, SweepCase c, int tile) where T : unmanaged
    {
        int tiles = (c.Rows + tile - 1) / tile, count = tiles * tile * c.Taps;
        var pointers = (void**)memory->Pointers((long)count * sizeof(nint));
        for (int i = 0; i < count; i++)
        {
            int row = int.Min(i / (tile * c.Taps) * tile + i % tile, c.Rows - 1), tap = i / tile % c.Taps;
            pointers[i] = memory->Input<T>((3 * tap + row) % SweepMemory.InputSlots, c.Depth);
        }
        return pointers;
    }
}
