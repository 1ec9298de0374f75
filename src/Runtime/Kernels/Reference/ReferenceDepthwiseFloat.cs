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
        int taps = call->KernelH * call->KernelW;
        float** rows = stackalloc float*[taps];
        for (int x = 0; x < call->OutputWidth; x++)
        {
            DepthwiseTaps.Point(call, x, rows);
            var w = (float*)call->Weights;
            for (int c = 0; c < call->Channels; c++)
            {
                float sum = *w++;
                for (int t = 0; t < taps; t++) sum = MathF.FusedMultiplyAdd(rows[t][c], *w++, sum);
                call->Output[x * call->OutputStride + c] = MathF.Min(MathF.Max(sum, call->Min), call->Max);
            }
        }
    }
}
