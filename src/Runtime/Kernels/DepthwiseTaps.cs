namespace EdgeKit.Runtime.Kernels;

/// <summary>For depthwise kernels of any shape: the taps of an output position as pointers.</summary>
internal static unsafe class DepthwiseTaps
{
    /// <summary>Writes the pointer of tap (ky, kx) of position <paramref name="x"/> to <c>taps[ky · KernelW + kx]</c>.</summary>
    public static void Point(DepthwiseInt8Call* call, int x, sbyte** taps)
    {
        int first = x * call->StrideW - call->PadLeft;
        for (int ky = 0; ky < call->KernelH; ky++)
        {
            for (int kx = 0; kx < call->KernelW; kx++)
            {
                int column = first + kx * call->DilationW;
                *taps++ = (uint)column < (uint)call->InputWidth ? call->Rows[ky] + column * call->InputStride : call->Padding;
            }
        }
    }

    /// <inheritdoc cref="Point(DepthwiseInt8Call*, int, sbyte**)"/>
    public static void Point(DepthwiseFloatCall* call, int x, float** taps)
    {
        int first = x * call->StrideW - call->PadLeft;
        for (int ky = 0; ky < call->KernelH; ky++)
        {
            for (int kx = 0; kx < call->KernelW; kx++)
            {
                int column = first + kx * call->DilationW;
                *taps++ = (uint)column < (uint)call->InputWidth ? call->Rows[ky] + column * call->InputStride : call->Padding;
            }
        }
    }
}
