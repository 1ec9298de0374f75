using EdgeKit.Statistics;

namespace EdgeKit.Quantization;

/// <summary>Factors of channels, taken up by the layers that write and read them.</summary>
internal static class ChannelFactors
{
    /// <summary>Calibration pictures from which on it is known well enough how far every single channel goes. With 10, ResNet-20 and FastestDet lose 1.2 and 0.3 dB by balance, with 60 they gain.</summary>
    public const int LeastPictures = 32;

    /// <summary>Where factors are powers of √2, the largest exponent: factors up to 64.</summary>
    public const int LargestExponent = 12;

    /// <summary>Multiplies each row of a layer, and its bias, by a factor.</summary>
    public static void ScaleRows(this LinearLayer layer, float[] factors)
    {
        float[] weights = layer.Weights(), bias = layer.Bias();
        for (int i = 0; i < weights.Length; i++) weights[i] *= factors[i / layer.Columns];
        for (int o = 0; o < bias.Length; o++) bias[o] *= factors[o];
        layer.SetWeights(weights);
        if (layer.Node.Optional(2) is not null) layer.SetBias(bias);
    }

    /// <summary>Divides the columns that read each input channel of a layer by a factor.</summary>
    public static void UnscaleColumns(this LinearLayer layer, float[] factors)
    {
        float[] weights = layer.Weights();
        for (int i = 0; i < weights.Length; i++) weights[i] /= factors[layer.ChannelOf(i)];
        layer.SetWeights(weights);
    }
}
