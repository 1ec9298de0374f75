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
        int channels = call->Channels;
        var bias = (int*)call->Weights;
        var scales = (float*)(bias + channels);
        var filters = (sbyte*)(scales + channels);
        for (int x = 0; x < call->Width; x++)
        {
            sbyte** rows = call->Rows + x * call->Taps;
            for (int c = 0; c < channels; c++)
            {
                int accumulator = bias[c];
                for (int t = 0; t < call->Taps; t++) accumulator += rows[t][c] * filters[(nint)t * channels + c];
                call->Output[x * call->OutputStride + c] = Requantize.ToInt8(accumulator, scales[c], call->ZeroPoint, call->Min, call->Max);
            }
        }
    }
}
