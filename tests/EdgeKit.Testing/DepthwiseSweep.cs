using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Testing;

/// <summary>The depthwise part of <see cref="KernelSweep"/>.</summary>
internal static unsafe class DepthwiseSweep
{
    public static int Run(int kernel, SweepMemory* memory, float tolerance, SweepCase* failed)
    {
        uint seed = 54321;
        int cases = 0;
        for (int size = 1; size <= 7; size++)
        {
            for (int stride = 1; stride <= 3; stride++)
            {
                for (int dilation = 1; dilation <= 2; dilation++)
                {
                    KernelShape shape = default;
                    shape.KernelH = shape.KernelW = size;
                    shape.StrideW = stride;
                    shape.DilationW = dilation;
                    if (!KernelRegistry.At(kernel).Fits(shape)) continue;
                    for (int channels = 1; channels <= 70; channels += channels < 34 || size == 3 ? 1 : 5)
                    {
                        if (!Check(kernel, memory, tolerance, failed, ref cases, ref seed, Case(1 + (channels + stride) % 9, size, channels, stride, dilation, SweepValues.Random))) return -1;
                    }
                    for (int width = 1; width <= 40; width++)
                        if (!Check(kernel, memory, tolerance, failed, ref cases, ref seed, Case(width, size, 24, stride, dilation, SweepValues.Random))) return -1;
                    for (int width = 1; width <= 7; width++)
                    {
                        if (!Check(kernel, memory, tolerance, failed, ref cases, ref seed, Case(width, size, 67, stride, dilation, SweepValues.Extreme))) return -1;
                        if (!Check(kernel, memory, tolerance, failed, ref cases, ref seed, Case(width, size, 67, stride, dilation, SweepValues.Rounding))) return -1;
                    }
                }
            }
        }
        return cases;
    }

    private static SweepCase Case(int width, int size, int channels, int stride, int dilation, SweepValues values)
    {
        SweepCase c = default;
        c.Rows = width;
        c.Taps = size;
        c.Columns = channels;
        c.Form = stride;
        c.Dilation = dilation;
        c.Values = values;
        return c;
    }

    private static bool Check(int kernel, SweepMemory* memory, float tolerance, SweepCase* failed, ref int cases, ref uint seed, SweepCase c)
    {
        cases++;
        bool same = KernelRegistry.At(kernel).Family == KernelFamily.DepthwiseInt8 ? CheckInt8(kernel, memory, ref seed, c) : CheckFloat(kernel, memory, tolerance, ref seed, c);
        if (!same) *failed = c;
        return same;
    }

    /// <summary>The width of an input map that gives the wanted output positions with padding on the left, and mostly on the right.</summary>
    private static int InputWidth(SweepCase c, uint random, out int padLeft)
    {
        int reach = (c.Taps - 1) * c.Dilation, need = (c.Rows - 1) * c.Form + reach + 1;
        padLeft = (int)(random % (uint)(reach / 2 + 1));
        int padRight = (int)((random >> 8) % (uint)(reach / 2 + 1));
        return int.Max(1, need - padLeft - padRight);
    }

    private static bool CheckInt8(int kernel, SweepMemory* memory, ref uint seed, SweepCase c)
    {
        KernelEntry k = KernelRegistry.At(kernel), reference = KernelRegistry.At(KernelRegistry.Find(KernelFamily.DepthwiseInt8, KernelSet.Reference, default));
        int taps = c.Taps * c.Taps, inputWidth = InputWidth(c, KernelSweep.Next(ref seed), out int padLeft);
        SweepInt8 layer = KernelSweep.FillInt8(memory, c, taps, ref seed);
        nint inputStride = c.Columns + 5, length = (inputWidth - 1) * inputStride + c.Columns;
        var rows = (sbyte**)memory->Pointers((long)c.Taps * sizeof(nint));
        for (int slot = 0; slot < SweepMemory.InputSlots; slot++)
        {
            nint count = slot == 0 ? c.Columns : length;
            sbyte* row = memory->Input<sbyte>(slot, count);
            KernelSweep.Fill(row, count + KernelContract.Slack, -128, ref seed);
            if (c.Values == SweepValues.Extreme) for (nint i = 0; i < count; i++) row[i] = layer.Extreme;
        }
        for (int ky = 0; ky < c.Taps; ky++) rows[ky] = memory->Input<sbyte>(1 + ky % (SweepMemory.InputSlots - 1), length);

        byte* packed = memory->Packed(DepthwisePacking.Bytes(k, c.Taps, c.Taps, c.Columns, true));
        byte* referencePacked = memory->ReferencePacked(DepthwisePacking.Bytes(reference, c.Taps, c.Taps, c.Columns, true));
        DepthwisePacking.PackInt8(k, layer.Weights, layer.Bias, layer.Scales, c.Taps, c.Taps, c.Columns, layer.InputZeroPoint, packed);
        DepthwisePacking.PackInt8(reference, layer.Weights, layer.Bias, layer.Scales, c.Taps, c.Taps, c.Columns, layer.InputZeroPoint, referencePacked);
        nint stride = c.Columns + 3, outputs = (c.Rows - 1) * stride + c.Columns;
        sbyte* output = memory->Output<sbyte>(outputs), expected = memory->Expected<sbyte>(outputs);
        for (nint i = 0; i < outputs; i++) output[i] = expected[i] = 99;

        DepthwiseInt8Call call = default;
        call.Rows = rows;
        call.Padding = memory->Input<sbyte>(0, c.Columns);
        call.InputStride = inputStride;
        call.OutputStride = stride;
        call.InputWidth = inputWidth;
        call.OutputWidth = c.Rows;
        call.PadLeft = padLeft;
        call.KernelH = call.KernelW = c.Taps;
        call.StrideW = c.Form;
        call.DilationW = c.Dilation;
        call.Channels = c.Columns;
        call.ZeroPoint = layer.ZeroPoint;
        call.Min = int.Max(-128, layer.ZeroPoint - 100);
        call.Max = (seed & 16) == 0 ? 127 : int.Min(127, layer.ZeroPoint + 90);
        call.Weights = referencePacked;
        call.Output = expected;
        ((delegate*<DepthwiseInt8Call*, void>)reference.Function)(&call);
        call.Weights = packed;
        call.Output = output;
        ((delegate*<DepthwiseInt8Call*, void>)k.Function)(&call);
        return KernelSweep.Same((byte*)output, (byte*)expected, outputs);
    }

    private static bool CheckFloat(int kernel, SweepMemory* memory, float tolerance, ref uint seed, SweepCase c)
    {
        KernelEntry k = KernelRegistry.At(kernel), reference = KernelRegistry.At(KernelRegistry.Find(KernelFamily.DepthwiseFloat, KernelSet.Reference, default));
        int taps = c.Taps * c.Taps, inputWidth = InputWidth(c, KernelSweep.Next(ref seed), out int padLeft);
        float* weights = memory->Weights<float>((long)c.Columns * taps);
        float* bias = memory->Bias<float>(c.Columns);
        KernelSweep.Fill(weights, (long)c.Columns * taps, ref seed);
        KernelSweep.Fill(bias, c.Columns, ref seed);

        nint inputStride = c.Columns + 5, length = (inputWidth - 1) * inputStride + c.Columns;
        var rows = (float**)memory->Pointers((long)c.Taps * sizeof(nint));
        for (int slot = 0; slot < SweepMemory.InputSlots; slot++)
        {
            nint count = slot == 0 ? c.Columns : length;
            float* row = memory->Input<float>(slot, count);
            KernelSweep.Fill(row, count, ref seed);
            for (int i = 0; i < KernelContract.Slack / sizeof(float); i++) row[count + i] = float.NaN;
        }
        for (int ky = 0; ky < c.Taps; ky++) rows[ky] = memory->Input<float>(1 + ky % (SweepMemory.InputSlots - 1), length);

        byte* packed = memory->Packed(DepthwisePacking.Bytes(k, c.Taps, c.Taps, c.Columns, false));
        byte* referencePacked = memory->ReferencePacked(DepthwisePacking.Bytes(reference, c.Taps, c.Taps, c.Columns, false));
        DepthwisePacking.PackFloat(k, weights, bias, c.Taps, c.Taps, c.Columns, packed);
        DepthwisePacking.PackFloat(reference, weights, bias, c.Taps, c.Taps, c.Columns, referencePacked);
        nint stride = c.Columns + 3, outputs = (c.Rows - 1) * stride + c.Columns;
        float* output = memory->Output<float>(outputs), expected = memory->Expected<float>(outputs);
        for (nint i = 0; i < outputs; i++) output[i] = expected[i] = 99;

        DepthwiseFloatCall call = default;
        call.Rows = rows;
        call.Padding = memory->Input<float>(0, c.Columns);
        call.InputStride = inputStride;
        call.OutputStride = stride;
        call.InputWidth = inputWidth;
        call.OutputWidth = c.Rows;
        call.PadLeft = padLeft;
        call.KernelH = call.KernelW = c.Taps;
        call.StrideW = c.Form;
        call.DilationW = c.Dilation;
        call.Channels = c.Columns;
        call.Min = -1.5f;
        call.Max = (seed & 16) == 0 ? float.PositiveInfinity : 1.25f;
        call.Weights = referencePacked;
        call.Output = expected;
        ((delegate*<DepthwiseFloatCall*, void>)reference.Function)(&call);
        call.Weights = packed;
        call.Output = output;
        ((delegate*<DepthwiseFloatCall*, void>)k.Function)(&call);
        return KernelSweep.Close(output, expected, outputs, tolerance * taps);
    }
}
