using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace EdgeKit.Runtime.Kernels.Pixels;

/// <summary>What every x64 and ARM64 CPU does in one instruction, but portable vectors have no word for.</summary>
internal static class PixelVector
{
    /// <summary>The lower halves, taken in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ZipLower(Vector128<byte> a, Vector128<byte> b)
    {
        if (Sse2.IsSupported) return Sse2.UnpackLow(a, b);
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipLow(a, b);
        return (Vector128.WidenLower(a) | (Vector128.WidenLower(b) << 8)).AsByte();
    }

    /// <summary>The upper halves, taken in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ZipUpper(Vector128<byte> a, Vector128<byte> b)
    {
        if (Sse2.IsSupported) return Sse2.UnpackHigh(a, b);
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipHigh(a, b);
        return (Vector128.WidenUpper(a) | (Vector128.WidenUpper(b) << 8)).AsByte();
    }

    /// <summary>0, 0, 1, 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> TwiceLower(Vector128<int> a)
    {
        if (Sse2.IsSupported) return Sse2.UnpackLow(a, a);
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipLow(a, a);
        return Vector128.Shuffle(a, Vector128.Create(0, 0, 1, 1));
    }

    /// <summary>2, 2, 3, 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> TwiceUpper(Vector128<int> a)
    {
        if (Sse2.IsSupported) return Sse2.UnpackHigh(a, a);
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipHigh(a, a);
        return Vector128.Shuffle(a, Vector128.Create(2, 2, 3, 3));
    }

    /// <summary>Numbers in 16 bits, the nearest where one does not fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Saturated(Vector128<int> a, Vector128<int> b)
    {
        if (Sse2.IsSupported) return Sse2.PackSignedSaturate(a, b);
        if (AdvSimd.IsSupported) return AdvSimd.ExtractNarrowingSaturateUpper(AdvSimd.ExtractNarrowingSaturateLower(a), b);
        Vector128<int> low = Vector128.Create((int)short.MinValue), high = Vector128.Create((int)short.MaxValue);
        return Vector128.Narrow(Vector128.Min(Vector128.Max(a, low), high), Vector128.Min(Vector128.Max(b, low), high));
    }

    /// <summary>Numbers in bytes from 0 to 255, the nearest where one does not fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Saturated(Vector128<short> a, Vector128<short> b)
    {
        if (Sse2.IsSupported) return Sse2.PackUnsignedSaturate(a, b);
        if (AdvSimd.IsSupported) return AdvSimd.ExtractNarrowingSaturateUnsignedUpper(AdvSimd.ExtractNarrowingSaturateUnsignedLower(a), b);
        Vector128<short> low = Vector128<short>.Zero, high = Vector128.Create((short)255);
        return Vector128.Narrow(Vector128.Min(Vector128.Max(a, low), high).AsUInt16(), Vector128.Min(Vector128.Max(b, low), high).AsUInt16());
    }
}
