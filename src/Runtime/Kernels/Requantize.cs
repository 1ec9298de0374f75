using System.Runtime.CompilerServices;

namespace EdgeKit.Runtime.Kernels;

/// <summary>The one rounding rule (docs/arithmetic.md).</summary>
public static class Requantize
{
    /// <summary>
    /// <c>zp + round_half_even(clamp(float(acc) · scale, min − zp, max − zp))</c>: conversion, one multiplication, clamping and one rounding, each in binary32,
    /// never fused. This is what ONNX Runtime's QLinearConv computes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static sbyte ToInt8(int accumulator, float scale, int zeroPoint, int min, int max)
    {
        float value = accumulator * scale;
        value = MathF.Min(MathF.Max(value, min - zeroPoint), max - zeroPoint);
        return (sbyte)((int)MathF.Round(value, MidpointRounding.ToEven) + zeroPoint);
    }
}
