using System.Runtime.InteropServices;

namespace EdgeKit.Imaging;

/// <summary>
/// JPEG through the classic libjpeg API, for Linux systems that have it (most do) but not TurboJPEG. Gives the same pixels as <see cref="TurboJpegDecoder"/> where both come
/// from libjpeg-turbo: both default to the accurate inverse DCT and smooth chroma upsampling.
/// </summary>
/// <remarks>
/// libjpeg reports a fatal error by calling error_exit, which must not return; C programs leave it by longjmp, which would corrupt the stack of a managed caller. So the two
/// steps that can fail, reading the header and starting, each run as the body of a native thread of their own with error_exit set to pthread_exit: no managed code is on that
/// stack, nothing leaks, and the message is read after the thread is joined. Reading rows cannot fail any more: for the coding processes that <see cref="JpegHeader"/> lets
/// through, damaged entropy-coded data only gives warnings.
/// </remarks>
internal sealed unsafe class LibJpegDecoder : IImageDecoder
{
    private const int ReachedScan = 1; // JPEG_REACHED_SOS
    private const int True = 1;

    private readonly LibJpegAbi abi;
    private readonly delegate* unmanaged<LibJpegErrorManager*, LibJpegErrorManager*> stdError;
    private readonly delegate* unmanaged<LibJpegState*, int, nuint, void> createDecompress;
    private readonly delegate* unmanaged<LibJpegState*, byte*, CULong, void> memorySource;
    private readonly delegate* unmanaged<LibJpegState*, byte**, uint, uint> readScanlines;
    private readonly delegate* unmanaged<LibJpegState*, void> destroyDecompress;
    private readonly nint consumeInput;
    private readonly nint startDecompress;

    private LibJpegDecoder(LibJpegAbi abi, nint library)
    {
        this.abi = abi;
        stdError = (delegate* unmanaged<LibJpegErrorManager*, LibJpegErrorManager*>)NativeLibrary.GetExport(library, "jpeg_std_error");
        createDecompress = (delegate* unmanaged<LibJpegState*, int, nuint, void>)NativeLibrary.GetExport(library, "jpeg_CreateDecompress");
        memorySource = (delegate* unmanaged<LibJpegState*, byte*, CULong, void>)NativeLibrary.GetExport(library, "jpeg_mem_src");
        readScanlines = (delegate* unmanaged<LibJpegState*, byte**, uint, uint>)NativeLibrary.GetExport(library, "jpeg_read_scanlines");
        destroyDecompress = (delegate* unmanaged<LibJpegState*, void>)NativeLibrary.GetExport(library, "jpeg_destroy_decompress");
        consumeInput = NativeLibrary.GetExport(library, "jpeg_consume_input");
        startDecompress = NativeLibrary.GetExport(library, "jpeg_start_decompress");
    }

    /// <summary>The decoder, or null when the library is not installed.</summary>
    internal static LibJpegDecoder? Shared { get; } = TryLoad();

    /// <inheritdoc/>
    public string Name => abi.LibraryName;

    /// <inheritdoc/>
    public bool CanDecode(ReadOnlySpan<byte> head) => head.StartsWith(JpegHeader.Magic);

    /// <inheritdoc/>
    public Frame Decode(ReadOnlySpan<byte> data)
    {
        JpegHeader header = JpegHeader.Parse(data);
        LibJpegState* state = (LibJpegState*)NativeMemory.AllocZeroed((nuint)sizeof(LibJpegState));
        LibJpegErrorManager errors = default;
        try
        {
            fixed (byte* source = data)
            {
                state->Errors = stdError(&errors);
                errors.EmitMessage = errors.ResetErrors; // Warnings and traces go nowhere; the default prints them.
                errors.ErrorExit = (nint)(delegate* unmanaged<void*, void>)&Ignore;
                createDecompress(state, abi.Version, abi.StateBytes);
                if (errors.MessageCode != 0)
                    throw new ImageException($"JPEG: {Name} has another binary interface than its name says");
                memorySource(state, source, new CULong((nuint)data.Length));
                errors.ErrorExit = NativeThread.Exit;
                return ReadFrame(state, header);
            }
        }
        finally
        {
            destroyDecompress(state);
            NativeMemory.Free(state);
        }
    }

    private static LibJpegDecoder? TryLoad()
    {
        if (!NativeThread.IsAvailable)
            return null;
        foreach (LibJpegAbi abi in LibJpegAbi.Known)
        {
            if (!NativeLibrary.TryLoad(abi.LibraryName, out nint library))
                continue;
            try
            {
                return new LibJpegDecoder(abi, library);
            }
            catch (EntryPointNotFoundException)
            {
                NativeLibrary.Free(library);
            }
        }
        return null;
    }

    private Frame ReadFrame(LibJpegState* state, in JpegHeader header)
    {
        Run(consumeInput, state, ReachedScan);
        if (state->ImageWidth != header.Width || state->ImageHeight != header.Height || state->Components != header.Components)
            throw new ImageException("JPEG: the frame header is ambiguous");
        bool cmyk = header.Components == 4;
        state->OutputColorSpace = cmyk ? LibJpegState.ColorSpaceCmyk : LibJpegState.ColorSpaceRgb;
        Run(startDecompress, state, True);

        Frame frame = new(header.Width, header.Height);
        byte[] inks = cmyk ? new byte[header.Width * 4] : [];
        for (int y = 0; y < frame.Height; y++)
        {
            Span<byte> row = frame.Row(y);
            fixed (byte* target = cmyk ? inks : row)
            {
                byte* line = target;
                if (readScanlines(state, &line, 1) != 1)
                    throw new ImageException("JPEG: the picture data ends too early");
            }
            if (cmyk)
                Cmyk.ToRgb(inks, header.IsAdobe, row);
        }
        return frame;
    }

    private static void Run(nint function, LibJpegState* state, int expected)
    {
        if (NativeThread.Run(function, (nint)state) == expected)
            return;
        const int MaxMessageBytes = 200; // JMSG_LENGTH_MAX
        byte* message = stackalloc byte[MaxMessageBytes];
        ((delegate* unmanaged<LibJpegState*, byte*, void>)state->Errors->FormatMessage)(state, message);
        throw new ImageException($"JPEG: {Marshal.PtrToStringUTF8((nint)message)}");
    }

    [UnmanagedCallersOnly]
    private static void Ignore(void* state)
    {
    }
}
