namespace EdgeKit.Runtime.Kernels.Reference;

/// <summary>Float depthwise convolution in scalar code: the specification.</summary>
internal static unsafe class ReferenceDepthwiseFloat
{
    public static KernelEntry Entry => new()
    {
        Family = KernelFamily.DepthwiseFloat,
        Isa = KernelIsa.Scalar,
        Supported = true,
        RowTile = 1,
        ColumnTile = 1,
        DepthUnit = 1,
        Function = (delegate*<DepthwiseFloatCall*, void>)&Run,
    };

    private static void Run(DepthwiseFloatCall* call)
    {
        int channels = call->Channels;
        var bias = (float*)call->Weights;
        float* filters = bias + channels;
        for (int x = 0; x < call->Width; x++)
        {
            float** rows = call->Rows + x * call->Taps;
            for (int c = 0; c < channels; c++)
            {
                float sum = bias[c];
                for (int t = 0; t < call->Taps; t++) sum = MathF.FusedMultiplyAdd(rows[t][c], filters[(nint)t * channels + c], sum);
                call->Output[x * call->OutputStride + c] = MathF.Min(MathF.Max(sum, call->Min), call->Max);
            }
        }
    }
}
