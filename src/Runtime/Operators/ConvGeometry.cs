using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Where the taps of a convolution's output positions read: sizes and strides in elements and bytes, from the plan's records.</summary>
internal unsafe struct ConvGeometry
{
    public ConvParameters* P;
    public bool Transposed, Int8, Depthwise;
    public int InH, InW, InC, OutH, OutW, OutC;
    public int Taps, Positions;
    public int GroupDepth, GroupColumns;
    public int ElementBytes;
    public nint InPixelBytes, OutPixelBytes;
    public byte* Input;
    public byte* Output;

    public static ConvGeometry Of(ExecutionState* e, OperatorRecord* op)
    {
        TensorRecord* x = e->Input(op, 0);
        TensorRecord* y = e->Output(op);
        var p = (ConvParameters*)op->Parameters;
        ConvGeometry g = default;
        g.P = p;
        g.Transposed = op->Kind == OperatorKind.ConvTranspose;
        g.Int8 = x->Type == PlanType.Int8;
        g.InH = x->Dims[1];
        g.InW = x->Dims[2];
        g.InC = x->Dims[3];
        g.OutH = y->Dims[1];
        g.OutW = y->Dims[2];
        g.OutC = y->Dims[3];
        g.Taps = p->KernelH * p->KernelW;
        g.Positions = y->Dims[0] * g.OutH * g.OutW;
        g.GroupDepth = g.InC / p->Groups;
        g.GroupColumns = g.OutC / p->Groups;
        g.Depthwise = p->Groups == g.InC && p->Groups == g.OutC && !g.Transposed;
        g.ElementBytes = x->ElementBytes;
        g.InPixelBytes = (nint)x->PixelStride * g.ElementBytes;
        g.OutPixelBytes = (nint)y->PixelStride * g.ElementBytes;
        g.Input = e->Data(x);
        g.Output = e->Data(y);
        return g;
    }

    /// <summary>
    /// Writes the pointers of one output position: tap t at <c>rows[t · step]</c>. Taps outside the map, and the holes of a transposed convolution,
    /// point to <paramref name="padding"/>.
    /// </summary>
    public readonly void Point(int position, byte* padding, byte** rows, int step)
    {
        int ox = position % OutW, line = position / OutW;
        int oy = line % OutH, n = line / OutH;
        byte* map = Input + (nint)n * InH * InW * InPixelBytes;
        for (int ky = 0; ky < P->KernelH; ky++)
        {
            bool insideY = Source(oy, ky, P->StrideH, P->DilationH, P->PadTop, InH, out int iy);
            for (int kx = 0; kx < P->KernelW; kx++)
            {
                bool inside = Source(ox, kx, P->StrideW, P->DilationW, P->PadLeft, InW, out int ix) & insideY;
                *rows = inside ? map + ((nint)iy * InW + ix) * InPixelBytes : padding;
                rows += step;
            }
        }
    }

    private readonly bool Source(int o, int k, int stride, int dilation, int pad, int size, out int i)
    {
        if (Transposed)
        {
            int t = o + pad - k * dilation;
            i = t / stride;
            return t >= 0 && i * stride == t && i < size;
        }
        i = o * stride + k * dilation - pad;
        return (uint)i < (uint)size;
    }
}
