namespace EdgeKit.Devices.V4l2;

/// <summary>Values of linux/videodev2.h on 64-bit Linux; a test holds them to the header.</summary>
internal static class Request
{
    internal const uint QueryCapabilities = 0x80685600;
    internal const uint EnumerateFormats = 0xC0405602;
    internal const uint EnumerateSizes = 0xC02C564A;
    internal const uint SetFormat = 0xC0D05605;
    internal const uint SetParameters = 0xC0CC5616;
    internal const uint RequestBuffers = 0xC0145608;
    internal const uint QueryBuffer = 0xC0585609;
    internal const uint Queue = 0xC058560F;
    internal const uint Dequeue = 0xC0585611;
    internal const uint StreamOn = 0x40045612;
    internal const uint StreamOff = 0x40045613;
}

internal static class Flag
{
    internal const uint VideoCapture = 0x1;
    internal const uint Streaming = 0x04000000;
    internal const uint HasDeviceCapabilities = 0x80000000;
    internal const uint BufferError = 0x40;
    internal const uint MonotonicTime = 0x2000;
    internal const uint TimeMask = 0xE000;
}

internal static class Value
{
    internal const uint TypeCapture = 1;
    internal const uint MemoryMapped = 1;
    internal const uint FieldNone = 1;
    internal const uint SizeDiscrete = 1;
    internal const uint ColorSpaceRec709 = 3;
    internal const uint ColorSpaceJpeg = 7;
    internal const uint Encoding709 = 2;
    internal const uint FullRange = 1;
}

/// <summary>Values of asm-generic/errno-base.h.</summary>
internal static class Errno
{
    internal const int NotPermitted = 1;
    internal const int NoEntry = 2;
    internal const int Interrupted = 4;
    internal const int Io = 5;
    internal const int NoSuchAddress = 6;
    internal const int Again = 11;
    internal const int Access = 13;
    internal const int Busy = 16;
    internal const int NoDevice = 19;
    internal const int Invalid = 22;
    internal const int NotTty = 25;
}
