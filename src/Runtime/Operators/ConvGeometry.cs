using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Where the taps of a convolution's output positions read: sizes and strides in elements and bytes, from the plan's records.</summary>
internal unsafe struct ConvGeometry
{
    /// <summary>Longest kernel row, and longest window, in elements, that are gathered.</summary>
    private const int MaxGatheredRow = 32, MaxGathered = 256;

    /// <summary>Bytes of the longest kernel row, and of the longest window, whose rows are pointed to as wholes: of longer ones, copies at the border cost more than the pointers do.</summary>
    private const int MaxWholeRow = 512, MaxWholeRows = 4096;

    /// <summary>Gathered elements fill the kernels' steps of depth; so do kernel rows of a multiple of this.</summary>
    private const int WholeSteps = 8;

    public ConvParameters* P;
    public bool Transposed, Int8, Depthwise;

    /// <summary>One tap, and output position r reads input pixel r: a plain matrix product.</summary>
    public bool Direct;

    /// <summary>
    /// The pixels of a kernel row lie next to each other and are few bytes, as in a first layer: windows are gathered into rows of a matrix, as pointers to so little would cost more.
    /// </summary>
    public bool Gathered;

    /// <summary>The pixels of a kernel row lie next to each other: a tap is a kernel row. See <see cref="KernelRows"/>.</summary>
    public bool WholeRows;

    public int InH, InW, InC, OutH, OutW, OutC;

    /// <summary>Pointers a position needs, and elements behind each.</summary>
    public int Taps, Depth;

    public int Positions;
    public int GroupColumns;
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
        g.Positions = y->Dims[0] * g.OutH * g.OutW;
        g.GroupColumns = g.OutC / p->Groups;
        g.Depthwise = p->Groups == g.InC && p->Groups == g.OutC && !g.Transposed;
        g.ElementBytes = x->ElementBytes;
        g.InPixelBytes = (nint)x->PixelStride * g.ElementBytes;
        g.OutPixelBytes = (nint)y->PixelStride * g.ElementBytes;
        g.Input = e->Data(x);
        g.Output = e->Data(y);
        long row = (long)p->KernelW * g.InC, window = p->KernelH * row;
        if (!g.Transposed && p->Groups == 1 && p->DilationW == 1 && p->KernelW > 1 && x->PixelStride == g.InC)
        {
            g.Gathered = row % WholeSteps != 0 && row <= MaxGatheredRow && window <= MaxGathered;
            g.WholeRows = !g.Gathered && row * g.ElementBytes <= MaxWholeRow && window * g.ElementBytes <= MaxWholeRows;
        }
        g.Taps = g.Gathered ? 1 : g.WholeRows ? p->KernelH : p->KernelH * p->KernelW;
        g.Depth = g.Gathered ? (int)window : g.WholeRows ? (int)row : g.InC / p->Groups;
        g.Direct = g.Taps == 1 && !g.Transposed && !g.Gathered && !g.WholeRows && p->StrideH == 1 && p->StrideW == 1 && p->PadTop == 0 && p->PadLeft == 0 && g.InH == g.OutH && g.InW == g.OutW;
        return g;
    }

    /// <summary>Bytes of padding values that taps outside the map are given: a row of pixels for depthwise kernels, a kernel row or a pixel for others.</summary>
    public readonly long PaddingBytes => (Depthwise ? InW * (long)InPixelBytes : (WholeRows ? Depth : (long)InC) * ElementBytes) + KernelContract.Slack;

    /// <summary>
    /// Writes the pointers of one output position: tap t at <c>rows[t · step]</c>. Taps outside the map, and the holes of a transposed convolution,
    /// point to <paramref name="padding"/>.
    /// </summary>
    public readonly void Point(int position, byte* padding, byte** rows, int step)
    {
        int ox = position % OutW, line = position / OutW;
        int oy = line % OutH, n = line / OutH;
        byte* map = Input + (nint)n * InH * InW * InPixelBytes;
        nint rowBytes = InW * InPixelBytes;
        for (int ky = 0; ky < P->KernelH; ky++)
        {
            bool insideY = Source(oy, ky, P->StrideH, P->DilationH, P->PadTop, InH, out int iy);
            for (int kx = 0; kx < P->KernelW; kx++)
            {
                bool inside = Source(ox, kx, P->StrideW, P->DilationW, P->PadLeft, InW, out int ix) & insideY;
                *rows = inside ? map + iy * rowBytes + ix * InPixelBytes : padding;
                rows += step;
            }
        }
    }

    /// <summary>
    /// The positions of an output row, from <paramref name="from"/> to before <paramref name="to"/>, of which every tap lies inside the map, and where the first tap of position 0 lies or would lie.
    /// </summary>
    public readonly void Line(int line, out byte* corners, out int from, out int to)
    {
        from = to = 0;
        int top = line % OutH * P->StrideH - P->PadTop;
        corners = Input + ((nint)(line / OutH * InH + top) * InW - P->PadLeft) * InPixelBytes;
        int room = InW - (P->KernelW - 1) * P->DilationW - 1 + P->PadLeft;
        if (Transposed || top < 0 || top + (P->KernelH - 1) * P->DilationH >= InH || room < 0) return;
        from = (P->PadLeft + P->StrideW - 1) / P->StrideW;
        to = int.Min(OutW, room / P->StrideW + 1);
    }

    /// <summary>Bytes from the first tap of an output position to that of the next.</summary>
    public readonly nint StepBytes => P->StrideW * InPixelBytes;

    /// <summary>Writes the pointers of a position whose taps are all inside the map, the first at <paramref name="corner"/>.</summary>
    public readonly void PointInside(byte* corner, byte** rows, int step)
    {
        nint right = P->DilationW * InPixelBytes, down = P->DilationH * InW * InPixelBytes;
        for (int ky = 0; ky < P->KernelH; ky++)
        {
            byte* pixel = corner;
            for (int kx = 0; kx < P->KernelW; kx++)
            {
                *rows = pixel;
                rows += step;
                pixel += right;
            }
            corner += down;
        }
    }

    /// <summary>Bytes from one gathered window to the next.</summary>
    public readonly nint WindowBytes => ((nint)Depth * ElementBytes + 15) & ~(nint)15;

    /// <summary>Copies the window of a position whose taps are all inside the map, the first at <paramref name="corner"/>; up to <see cref="KernelContract.Slack"/> bytes are written past it.</summary>
    public readonly void GatherInside(byte* corner, byte* window)
    {
        nint width = P->KernelW * InPixelBytes, down = P->DilationH * InW * InPixelBytes;
        for (int ky = 0; ky < P->KernelH; ky++)
        {
            RowLoops.CopyVectors(corner, window, width);
            window += width;
            corner += down;
        }
    }

    /// <summary>Copies the window of any position.</summary>
    public readonly void Gather(int line, int ox, byte* padding, byte* window)
    {
        int top = line % OutH * P->StrideH - P->PadTop, left = ox * P->StrideW - P->PadLeft;
        byte* map = Input + (nint)(line / OutH) * InH * InW * InPixelBytes;
        for (int ky = 0; ky < P->KernelH; ky++)
        {
            int iy = top + ky * P->DilationH;
            for (int kx = 0; kx < P->KernelW; kx++)
            {
                int ix = left + kx;
                byte* pixel = (uint)iy < (uint)InH && (uint)ix < (uint)InW ? map + ((nint)iy * InW + ix) * InPixelBytes : padding;
                for (int i = 0; i < InPixelBytes; i++) *window++ = pixel[i];
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
