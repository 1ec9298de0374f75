using System.Runtime.InteropServices;

namespace EdgeKit.Imaging;

/// <summary>JPEG through the TurboJPEG C API of libjpeg-turbo 2.0 or newer, with the accurate inverse DCT and smooth chroma upsampling.</summary>
internal sealed unsafe class TurboJpegDecoder : IImageDecoder
{
    // Values of turbojpeg.h.
    private const int PixelFormatRgb = 0;
    private const int PixelFormatCmyk = 11;
    private const int FlagAccurateDct = 4096;
    private const int ErrorIsWarning = 0;

    private readonly delegate* unmanaged<void*> initDecompress;
    private readonly delegate* unmanaged<void*, byte*, CULong, byte*, int, int, int, int, int, int> decompress;
    private readonly delegate* unmanaged<void*, byte*> getErrorText;
    private readonly delegate* unmanaged<void*, int> getErrorCode;
    private readonly delegate* unmanaged<void*, int> destroy;

    private TurboJpegDecoder(string name, nint library)
    {
        Name = name;
        initDecompress = (delegate* unmanaged<void*>)NativeLibrary.GetExport(library, "tjInitDecompress");
        decompress = (delegate* unmanaged<void*, byte*, CULong, byte*, int, int, int, int, int, int>)NativeLibrary.GetExport(library, "tjDecompress2");
        getErrorText = (delegate* unmanaged<void*, byte*>)NativeLibrary.GetExport(library, "tjGetErrorStr2");
        getErrorCode = (delegate* unmanaged<void*, int>)NativeLibrary.GetExport(library, "tjGetErrorCode");
        destroy = (delegate* unmanaged<void*, int>)NativeLibrary.GetExport(library, "tjDestroy");
    }

    /// <summary>The decoder, or null when the library is not installed or too old.</summary>
    internal static TurboJpegDecoder? Shared { get; } = TryLoad();

    /// <inheritdoc/>
    public string Name { get; }

    private static string[] LibraryNames =>
        OperatingSystem.IsWindows() ? ["turbojpeg.dll", "libturbojpeg.dll"]
        : OperatingSystem.IsMacOS() ? ["libturbojpeg.dylib", "/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib", "/usr/local/opt/jpeg-turbo/lib/libturbojpeg.dylib"]
        : ["libturbojpeg.so.0", "libturbojpeg.so"];

    /// <inheritdoc/>
    public bool CanDecode(ReadOnlySpan<byte> head) => head.StartsWith(JpegHeader.Magic);

    /// <inheritdoc/>
    public Frame Decode(ReadOnlySpan<byte> data)
    {
        JpegHeader header = JpegHeader.Parse(data);
        Frame frame = new(header.Width, header.Height);
        Decode(data, header, frame);
        return frame;
    }

    /// <inheritdoc/>
    public void DecodeInto(ReadOnlySpan<byte> data, Frame frame) => Decode(data, JpegHeader.Parse(data), frame);

    private void Decode(ReadOnlySpan<byte> data, in JpegHeader header, Frame frame)
    {
        if (header.Components == 4)
        {
            byte[] cmyk = new byte[header.Width * header.Height * 4];
            Decompress(data, header, PixelFormatCmyk, cmyk);
            Cmyk.ToRgb(cmyk, header.IsAdobe, frame.Pixels);
        }
        else
        {
            Decompress(data, header, PixelFormatRgb, frame.Pixels);
        }
    }

    private static TurboJpegDecoder? TryLoad()
    {
        foreach (string name in LibraryNames)
        {
            if (!NativeLibrary.TryLoad(name, out nint library))
                continue;
            try
            {
                return new TurboJpegDecoder(Path.GetFileName(name), library);
            }
            catch (EntryPointNotFoundException)
            {
                NativeLibrary.Free(library);
            }
        }
        return null;
    }

    private void Decompress(ReadOnlySpan<byte> data, in JpegHeader header, int pixelFormat, Span<byte> output)
    {
        void* handle = initDecompress();
        if (handle == null)
            throw new ImageException($"JPEG: {Name} cannot be started");
        try
        {
            bool whole = DecompressOnce(handle, data, header, pixelFormat, output);
            if (!whole && getErrorCode(handle) == ErrorIsWarning)
            {
                // A warning (stray bytes, a damaged block) comes with a picture, as from every other JPEG reader. But the library also calls an error a warning when one came
                // before it. Errors come before the first row is written, and only a written picture heals a sample that was spoiled.
                byte first = output[0];
                output[0] ^= 0xFF;
                _ = DecompressOnce(handle, data, header, pixelFormat, output);
                whole = output[0] == first;
            }
            if (!whole)
                throw new ImageException($"JPEG: {Marshal.PtrToStringUTF8((nint)getErrorText(handle))}");
        }
        finally
        {
            _ = destroy(handle);
        }
    }

    private bool DecompressOnce(void* handle, ReadOnlySpan<byte> data, in JpegHeader header, int pixelFormat, Span<byte> output)
    {
        const int PackedRows = 0;
        fixed (byte* source = data, target = output)
            return decompress(handle, source, new CULong((nuint)data.Length), target, header.Width, PackedRows, header.Height, pixelFormat, FlagAccurateDct) == 0;
    }
}
