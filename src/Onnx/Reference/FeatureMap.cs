namespace EdgeKit.Onnx.Reference;

/// <summary>The dimensions of a tensor [N,C,W] or [N,C,H,W] that a window slides over; height is 1 in the first case.</summary>
internal readonly record struct FeatureMap(int Batch, int Channels, int Height, int Width)
{
    /// <summary>Elements of one channel.</summary>
    public int Plane => Height * Width;

    public static FeatureMap Of(Call call, int[] shape) => shape.Length switch
    {
        3 => new(shape[0], shape[1], 1, shape[2]),
        4 => new(shape[0], shape[1], shape[2], shape[3]),
        _ => throw call.Error($"wants an input [N,C,W] or [N,C,H,W], not one of rank {shape.Length}"),
    };
}
