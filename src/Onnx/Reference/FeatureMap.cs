namespace EdgeKit.Onnx.Reference;

/// <summary>The dimensions of a tensor [N,C,W] or [N,C,H,W] that a window slides over; height is 1 in the first case.</summary>
internal readonly record struct FeatureMap(int Batch, int Channels, int Height, int Width)
{
    /// <summary>Elements of one channel.</summary>
    public int Plane => Height * Width;

    public static FeatureMap Of(Call call, Tensor x) => x.Rank switch
    {
        3 => new(x.Shape[0], x.Shape[1], 1, x.Shape[2]),
        4 => new(x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]),
        _ => throw call.Error($"wants an input [N,C,W] or [N,C,H,W], not {x}"),
    };

    /// <summary>The shape in as many dimensions as the input had.</summary>
    public int[] Shape(int rank) => rank == 3 ? [Batch, Channels, Width] : [Batch, Channels, Height, Width];
}
