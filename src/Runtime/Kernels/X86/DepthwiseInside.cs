namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>The output positions of a depthwise row whose taps all lie inside the map: from <see cref="First"/> up to <see cref="End"/>.</summary>
internal readonly struct DepthwiseInside
{
    public readonly int First;
    public readonly int End;

    public DepthwiseInside(int inputWidth, int outputWidth, int padLeft, int stride, int reach)
    {
        First = int.Min((padLeft + stride - 1) / stride, outputWidth);
        int room = inputWidth - 1 - reach + padLeft;
        End = room < 0 ? First : int.Max(First, int.Min(room / stride + 1, outputWidth));
    }
}
