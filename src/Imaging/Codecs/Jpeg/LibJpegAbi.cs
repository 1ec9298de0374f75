using System.Runtime.InteropServices;

namespace EdgeKit.Imaging;

/// <summary>A binary interface of libjpeg on 64-bit Linux: which library has it, the version and structure size that jpeg_CreateDecompress checks.</summary>
internal sealed record LibJpegAbi(string LibraryName, int Version, nuint StateBytes)
{
    /// <summary>libjpeg 6.2, of Debian, Raspberry Pi OS and Fedora, and libjpeg 8, of Ubuntu, Arch, openSUSE and Alpine.</summary>
    internal static readonly LibJpegAbi[] Known = [new("libjpeg.so.62", 62, 632), new("libjpeg.so.8", 80, 656)];
}

/// <summary>The head of jpeg_decompress_struct, the same in both interfaces; more room than either needs follows it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 1024)]
internal unsafe struct LibJpegState
{
    internal const int ColorSpaceRgb = 2;
    internal const int ColorSpaceCmyk = 4;

    [FieldOffset(0)]
    internal LibJpegErrorManager* Errors;

    [FieldOffset(48)]
    internal uint ImageWidth;

    [FieldOffset(52)]
    internal uint ImageHeight;

    [FieldOffset(56)]
    internal int Components;

    [FieldOffset(64)]
    internal int OutputColorSpace;
}

/// <summary>The head of jpeg_error_mgr; its size is 168 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct LibJpegErrorManager
{
    [FieldOffset(0)]
    internal nint ErrorExit;

    [FieldOffset(8)]
    internal nint EmitMessage;

    [FieldOffset(24)]
    internal nint FormatMessage;

    [FieldOffset(32)]
    internal nint ResetErrors;

    [FieldOffset(40)]
    internal int MessageCode;
}
