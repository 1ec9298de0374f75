using System.Runtime.InteropServices;

namespace EdgeKit.Devices.V4l2;

// The structures of linux/videodev2.h on 64-bit Linux, with the fields that are used; a test holds sizes and offsets to the header.

/// <summary>struct v4l2_capability.</summary>
[StructLayout(LayoutKind.Explicit, Size = 104)]
internal unsafe struct Capability
{
    [FieldOffset(16)]
    internal fixed byte Card[32];

    [FieldOffset(84)]
    internal uint Capabilities;

    [FieldOffset(88)]
    internal uint DeviceCapabilities;
}

/// <summary>struct v4l2_fmtdesc.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct FormatDescription
{
    [FieldOffset(0)]
    internal uint Index;

    [FieldOffset(4)]
    internal uint Type;

    [FieldOffset(44)]
    internal uint PixelFormat;
}

/// <summary>struct v4l2_frmsizeenum.</summary>
[StructLayout(LayoutKind.Explicit, Size = 44)]
internal struct FrameSize
{
    [FieldOffset(0)]
    internal uint Index;

    [FieldOffset(4)]
    internal uint PixelFormat;

    [FieldOffset(8)]
    internal uint Type;

    /// <summary>The width where the type is discrete, else the smallest.</summary>
    [FieldOffset(12)]
    internal uint MinWidth;

    /// <summary>The largest width, and the height where the type is discrete.</summary>
    [FieldOffset(16)]
    internal uint MaxWidth;

    [FieldOffset(20)]
    internal uint StepWidth;

    [FieldOffset(24)]
    internal uint MinHeight;

    [FieldOffset(28)]
    internal uint MaxHeight;

    [FieldOffset(32)]
    internal uint StepHeight;
}

/// <summary>struct v4l2_format with its pix.</summary>
[StructLayout(LayoutKind.Explicit, Size = 208)]
internal struct Format
{
    [FieldOffset(0)]
    internal uint Type;

    [FieldOffset(8)]
    internal uint Width;

    [FieldOffset(12)]
    internal uint Height;

    [FieldOffset(16)]
    internal uint PixelFormat;

    [FieldOffset(20)]
    internal uint Field;

    [FieldOffset(24)]
    internal uint BytesPerLine;

    [FieldOffset(28)]
    internal uint ImageBytes;

    [FieldOffset(32)]
    internal uint ColorSpace;

    [FieldOffset(44)]
    internal uint YcbcrEncoding;

    [FieldOffset(48)]
    internal uint Quantization;
}

/// <summary>struct v4l2_streamparm with its capture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 204)]
internal struct StreamParameters
{
    [FieldOffset(0)]
    internal uint Type;

    [FieldOffset(12)]
    internal uint IntervalNumerator;

    [FieldOffset(16)]
    internal uint IntervalDenominator;
}

/// <summary>struct v4l2_requestbuffers.</summary>
[StructLayout(LayoutKind.Explicit, Size = 20)]
internal struct RequestBuffers
{
    [FieldOffset(0)]
    internal uint Count;

    [FieldOffset(4)]
    internal uint Type;

    [FieldOffset(8)]
    internal uint Memory;
}

/// <summary>struct v4l2_buffer.</summary>
[StructLayout(LayoutKind.Explicit, Size = 88)]
internal struct Buffer
{
    [FieldOffset(0)]
    internal uint Index;

    [FieldOffset(4)]
    internal uint Type;

    [FieldOffset(8)]
    internal uint BytesUsed;

    [FieldOffset(12)]
    internal uint Flags;

    [FieldOffset(24)]
    internal long Seconds;

    [FieldOffset(32)]
    internal long Microseconds;

    [FieldOffset(56)]
    internal uint Sequence;

    [FieldOffset(60)]
    internal uint Memory;

    [FieldOffset(64)]
    internal uint Offset;

    [FieldOffset(72)]
    internal uint Length;
}
