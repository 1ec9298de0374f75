namespace EdgeKit.Runtime.Kernels.Reference;

/// <summary>INT8 GEMM in scalar code: the specification.</summary>
internal static unsafe class ReferenceGemmInt8
{
    public static KernelEntry Entry => new()
    {
        Family = KernelFamily.GemmInt8,
        Isa = KernelIsa.Scalar,
        Supported = true,
        RowTile = 1,
        ColumnTile = 1,
        DepthUnit = 1,
        Function = (delegate*<GemmInt8Call*, void>)&Run,
    };

    private static void Run(GemmInt8Call* call)
    {
        for (nint r = 0; r < call->RowCount; r++)
        {
            byte* panel = call->Panels;
            for (int n = 0; n < call->Columns; n++)
            {
                int accumulator = *(int*)panel;
                float scale = *(float*)(panel + 4);
                var w = (sbyte*)(panel + 8);
                for (int t = 0; t < call->Taps; t++)
                {
                    sbyte* row = call->Rows == null ? call->Input + r * call->InputStride : call->Rows[r * call->Taps + t];
                    for (int k = 0; k < call->Depth; k++) accumulator += row[k] * *w++;
                }
                call->Output[r * call->OutputStride + n] = Requantize.ToInt8(accumulator, scale, call->ZeroPoint, call->Min, call->Max);
                panel = (byte*)w;
            }
        }
    }
}
