using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// Steps of the depthwise kernels: 8 channels' products in 16 bits, their sums in two vectors of 32. Upper halves are taken first: then the code generator takes the lower in place.
/// </summary>
internal static unsafe class NeonPairs
{
    /// <summary>Widens and adds 8 products, or sums of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref Vector128<int> low, ref Vector128<int> high, Vector128<short> products)
    {
        high = AdvSimd.AddWideningUpper(high, products);
        low = AdvSimd.AddWideningLower(low, products.GetLower());
    }

    /// <summary>Adds x0 · w0 + x1 · w1, which fits 16 bits because no weight is −128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref Vector128<int> low, ref Vector128<int> high, Vector64<sbyte> x0, Vector64<sbyte> w0, Vector64<sbyte> x1, Vector64<sbyte> w1) =>
        Add(ref low, ref high, AdvSimd.MultiplyWideningLowerAndAdd(AdvSimd.MultiplyWideningLower(x0, w0), x1, w1));

    /// <summary>Writes the lower 8 bytes of <paramref name="y"/> to one position, the upper to another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<sbyte> y, sbyte* lower, sbyte* upper)
    {
        AdvSimd.StoreSelectedScalar((long*)upper, y.AsInt64(), 1);
        y.GetLower().Store(lower);
    }

    /// <summary>As <see cref="Store(Vector128{sbyte}, sbyte*, sbyte*)"/>, but only as many bytes as there are <paramref name="channels"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<sbyte> y, sbyte* lower, sbyte* upper, int channels, sbyte* scratch)
    {
        if (channels >= 8)
        {
            Store(y, lower, upper);
        }
        else
        {
            NeonStore.First(y, lower, channels, scratch);
            NeonStore.First(AdvSimd.ExtractVector128(y, y, 8), upper, channels, scratch);
        }
    }
}
