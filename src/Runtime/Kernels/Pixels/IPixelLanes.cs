using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Pixels;

/// <summary>What the loops over pixels need beyond what every CPU of an architecture has.</summary>
internal unsafe interface IPixelLanes
{
    /// <summary>The lower 32 bits of each product.</summary>
    static abstract Vector128<int> Multiply(Vector128<int> a, Vector128<int> b);

    /// <summary>Four bytes as four numbers.</summary>
    static abstract Vector128<int> Widen(byte* samples);
}
