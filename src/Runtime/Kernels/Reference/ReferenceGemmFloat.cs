namespace EdgeKit.Runtime.Kernels.Reference;

/// <summary>Float GEMM in scalar code: the specification.</summary>
internal static unsafe class ReferenceGemmFloat
{
    public static KernelEntry Entry => new()
    {
        Family = KernelFamily.GemmFloat,
        Isa = KernelIsa.Scalar,
        Supported = true,
        RowTile = 1,
        ColumnTile = 1,
        DepthUnit = 1,
        Function = (delegate*<GemmFloatCall*, void>)&Run,
    };

    private static void Run(GemmFloatCall* call)
    {
        for (nint r = 0; r < call->RowCount; r++)
        {
            var w = (float*)call->Panels;
            for (int n = 0; n < call->Columns; n++)
            {
                float sum = *w++;
                for (int t = 0; t < call->Taps; t++)
                {
                    float* row = call->Rows == null ? call->Input + r * call->InputStride : call->Rows[r * call->Taps + t];
                    for (int k = 0; k < call->Depth; k++) sum = MathF.FusedMultiplyAdd(row[k], *w++, sum);
                }
                call->Output[r * call->OutputStride + n] = MathF.Min(MathF.Max(sum, call->Min), call->Max);
            }
        }
    }
}
