namespace EdgeKit.Runtime.Kernels.Pixels;

/// <summary>
/// From luma and chroma to red, green and blue in fixed point, with y = Luma · (luma − Black), u − 128, v − 128 and 20 bits of fraction; the sum is rounded by half a level.
/// </summary>
/// <param name="Luma">Weight of the luma in every colour.</param>
/// <param name="Black">The luma of black.</param>
/// <param name="RedOfV">Weight of v in red.</param>
/// <param name="GreenOfU">Weight of u in green.</param>
/// <param name="GreenOfV">Weight of v in green.</param>
/// <param name="BlueOfU">Weight of u in blue.</param>
public readonly record struct YuvCoefficients(int Luma, int Black, int RedOfV, int GreenOfU, int GreenOfV, int BlueOfU)
{
    /// <summary>Bits of the fraction.</summary>
    public const int FractionBits = 20;

    /// <summary>Half a level: what rounds.</summary>
    public const int Half = 1 << (FractionBits - 1);
}
