namespace EdgeKit.Onnx.Networks;

/// <summary>Smooth blobs with some noise: like pictures, neighbouring pixels agree.</summary>
internal static class SmoothPictures
{
    /// <summary>Pictures of a shape [1, channels, height, width].</summary>
    internal static Tensor[] Make(int count, int[] shape, Random random)
    {
        const int cells = 8;
        int channels = shape[1], height = shape[2], width = shape[3], size = channels * height * width;
        float[] grid = new float[count * channels * cells * cells];
        float[] pixels = new float[count * size];
        Gaussian.Fill(random, grid, 1);
        Gaussian.Fill(random, pixels, 0.3);
        for (int i = 0; i < pixels.Length; i++)
        {
            int plane = i / (height * width);
            int row = i / width % height * cells / height;
            int column = i % width * cells / width;
            pixels[i] += grid[(((plane * cells) + row) * cells) + column];
        }
        return [.. Enumerable.Range(0, count).Select(i => Tensor.Of(pixels[(i * size)..((i + 1) * size)], shape))];
    }
}
