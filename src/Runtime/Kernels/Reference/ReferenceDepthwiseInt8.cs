namespace EdgeKit.Runtime.Kernels.Reference;

/// <summary>INT8 depthwise convolution in scalar code: the specification.</summary>
internal static unsafe class ReferenceDepthwiseInt8
{
    public static KernelEntry Entry => new()
    {
        Family = KernelFamily.DepthwiseInt8,
        Isa = KernelIsa.Scalar,
        Supported = true,
        RowTile = 1,
        ColumnTile = 1,
        DepthUnit = 1,
        Function = (delegate*<DepthwiseInt8Call*, void>)&Run,
    };

    private static void Run(DepthwiseInt8Call* call)
    {
        int taps = call->KernelH * call->KernelW;
        sbyte** rows = stackalloc sbyte*[taps];
        for (int x = 0; x < call->OutputWidth; x++)
        {
            DepthwiseTaps.Point(call, x, rows);
            byte* block = call->Weights;
            for (int c = 0; c < call->Channels; c++)
            {
                int accumulator = *(int*)block;
                float scale = *(float*)(block + 4);
                var w = (sbyte*)(block + 8);
                for (int t = 0; t < taps; t++) accumulator += rows[t][c] * *w++;
                call->Output[x * call->OutputStride + c] = Requantize.ToInt8(accumulator, scale, call->ZeroPoint, call->Min, call->Max);
                block = (byte*)w;
            }
        }
    }
}
