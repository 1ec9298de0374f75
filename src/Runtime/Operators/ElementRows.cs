using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Two tensors of the same dimensions, walked row by row: pixels where one of them is a view of some channels of a wider tensor, else runs of any elements.</summary>
internal unsafe struct ElementRows
{
    private const int RunLength = 4096;

    /// <summary>Number of rows.</summary>
    public int Count;
    /// <summary>Elements of all rows.</summary>
    public long Total;
    /// <summary>Elements from one row of the input to the next.</summary>
    public nint InStep;
    /// <summary>Elements from one row of the output to the next.</summary>
    public nint OutStep;
    private int _width;

    /// <summary>Rows of two tensors; of pixels in any case when <paramref name="pixels"/>.</summary>
    public static ElementRows Of(TensorRecord* x, TensorRecord* y, bool pixels = false)
    {
        ElementRows rows = default;
        rows.Total = x->ElementCount;
        int innermost = x->Rank == 0 ? 1 : x->Dims[x->Rank - 1];
        bool dense = x->Rank == 0 || (x->PixelStride == innermost && y->PixelStride == innermost);
        rows._width = dense && !pixels ? RunLength : innermost;
        rows.InStep = dense ? rows._width : x->PixelStride;
        rows.OutStep = dense ? rows._width : y->PixelStride;
        rows.Count = rows.Total == 0 ? 0 : (int)((rows.Total + rows._width - 1) / rows._width);
        return rows;
    }

    /// <summary>Elements of a row; only the last may be shorter.</summary>
    public readonly int Width(int row) => (int)long.Min(_width, Total - (long)row * _width);
}
