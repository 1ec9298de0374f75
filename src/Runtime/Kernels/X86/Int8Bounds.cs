namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>Zero point and bounds of INT8 outputs.</summary>
internal readonly struct Int8Bounds(int zeroPoint, int min, int max)
{
    /// <summary>Zero point.</summary>
    public readonly int ZeroPoint = zeroPoint;
    /// <summary>Lowest value.</summary>
    public readonly sbyte Min = (sbyte)min;
    /// <summary>Lowest value less the zero point.</summary>
    public readonly float Low = min - zeroPoint;
    /// <summary>Highest value less the zero point.</summary>
    public readonly float High = max - zeroPoint;
}
