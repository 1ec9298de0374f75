using System.Text;
using EdgeKit.Imaging;

namespace EdgeKit.Devices.V4l2;

/// <summary>Settles format, size and rate with a camera. The driver has the last word: what it answers is taken, or refused with what it has.</summary>
internal static unsafe class Negotiation
{
    // A driver that enumerates without end must not hang the program.
    private const uint MaxEntries = 256;
    private const uint MaxSide = 16384;

    internal static FrameLayout Settle(VideoCalls calls, int file, string path, CameraRequest request)
    {
        RequireCamera(calls, file, path);
        uint[] offered = Formats(calls, file);
        (uint Code, PixelFormat Format)[] usable = [.. FourCc.Known.Where(k => (request.Format is null || k.Format == request.Format) && offered.Contains(k.Code))];
        if (usable.Length == 0)
        {
            string wanted = string.Join(", ", FourCc.Known.Where(k => request.Format is null || k.Format == request.Format).Select(k => FourCc.Name(k.Code)));
            if (wanted.Length == 0) wanted = $"{request.Format}";
            throw new DeviceException(DeviceFault.WrongFormat, $"{path}: delivers {(offered.Length == 0 ? "nothing" : string.Join(", ", offered.Select(FourCc.Name)))}, none of {wanted}; "
                + "a camera on a ribbon cable is read with --camera csi (Raspberry Pi) or --camera jetson");
        }
        (uint code, PixelFormat format, (uint width, uint height)) = usable.Select(u => (u.Code, u.Format, Size: Nearest(calls, file, u.Code, request)))
            .OrderBy(u => Distance(u.Size.Width, u.Size.Height, request))[0];
        FrameLayout layout = SetFormat(calls, file, path, code, format, width, height);
        if (request.FrameRate is { } rate)
        {
            // A driver without this call keeps its own rate; one with it takes the nearest.
            var parameters = new StreamParameters { Type = Value.TypeCapture, IntervalNumerator = 1, IntervalDenominator = (uint)rate };
            _ = calls.Control(file, Request.SetParameters, ref parameters);
        }
        return layout;
    }

    /// <summary>The four letters of each format that a camera delivers.</summary>
    /// <exception cref="DeviceException">It cannot be opened or is no camera.</exception>
    internal static string[] FormatNames(VideoCalls calls, string path)
    {
        int file = calls.Open(path);
        if (file < 0) throw CameraErrors.Of(path, -file, "opening");
        try
        {
            RequireCamera(calls, file, path);
            return Formats(calls, file).Select(FourCc.Name);
        }
        finally
        {
            calls.Close(file);
        }
    }

    private static void RequireCamera(VideoCalls calls, int file, string path)
    {
        Capability capability = default;
        int result = calls.Control(file, Request.QueryCapabilities, ref capability);
        if (result < 0) throw CameraErrors.Of(path, result == -Errno.Invalid ? Errno.NotTty : -result, "asking what it is");
        uint flags = (capability.Capabilities & Flag.HasDeviceCapabilities) != 0 ? capability.DeviceCapabilities : capability.Capabilities;
        if ((flags & Flag.VideoCapture) != 0 && (flags & Flag.Streaming) != 0) return;
        ReadOnlySpan<byte> card = new(capability.Card, 32);
        string name = Encoding.UTF8.GetString(card[..(card.IndexOf((byte)0) is >= 0 and int end ? end : card.Length)]);
        throw new DeviceException(DeviceFault.WrongFormat, $"{path}: {name} is no camera that delivers pictures; cameras often have several nodes: try the next");
    }

    private static uint[] Formats(VideoCalls calls, int file)
    {
        var formats = new List<uint>();
        for (uint i = 0; i < MaxEntries; i++)
        {
            var format = new FormatDescription { Index = i, Type = Value.TypeCapture };
            if (calls.Control(file, Request.EnumerateFormats, ref format) < 0) break;
            formats.Add(format.PixelFormat);
        }
        return [.. formats];
    }

    private static (uint Width, uint Height) Nearest(VideoCalls calls, int file, uint code, CameraRequest request)
    {
        (uint Width, uint Height) best = ((uint)request.Width, (uint)request.Height);
        long least = long.MaxValue;
        for (uint i = 0; i < MaxEntries; i++)
        {
            var size = new FrameSize { Index = i, PixelFormat = code };
            if (calls.Control(file, Request.EnumerateSizes, ref size) < 0) break;
            if (size.Type != Value.SizeDiscrete)
            {
                return (Step((uint)request.Width, size.MinWidth, size.MaxWidth, size.StepWidth), Step((uint)request.Height, size.MinHeight, size.MaxHeight, size.StepHeight));
            }
            (uint width, uint height) = (size.MinWidth, size.MaxWidth);
            long distance = Distance(width, height, request);
            if (distance >= least) continue;
            least = distance;
            best = (width, height);
        }
        return best;
    }

    private static uint Step(uint wanted, uint least, uint most, uint step)
    {
        uint within = Math.Clamp(wanted, least, Math.Max(least, most));
        return step <= 1 ? within : least + ((within - least) / step * step);
    }

    private static long Distance(uint width, uint height, CameraRequest request) => Math.Abs((long)width - request.Width) + Math.Abs((long)height - request.Height);

    private static FrameLayout SetFormat(VideoCalls calls, int file, string path, uint code, PixelFormat pixels, uint width, uint height)
    {
        var format = new Format { Type = Value.TypeCapture, Width = width, Height = height, PixelFormat = code, Field = Value.FieldNone };
        int result = calls.Control(file, Request.SetFormat, ref format);
        if (result < 0) throw CameraErrors.Of(path, -result, $"setting {FourCc.Name(code)} {width}x{height}");
        if (format.PixelFormat != code)
            throw new DeviceException(DeviceFault.WrongFormat, $"{path}: offers {FourCc.Name(code)} but sets {FourCc.Name(format.PixelFormat)}; the driver is at fault");
        if (format.Width is 0 or > MaxSide || format.Height is 0 or > MaxSide || format.BytesPerLine > 8 * MaxSide || (pixels == PixelFormat.Yuyv && format.Width % 2 != 0))
            throw new DeviceException(DeviceFault.WrongFormat, $"{path}: sets pictures of {format.Width}x{format.Height} pixels in rows of {format.BytesPerLine} bytes");
        FrameLayout layout = FrameLayout.Packed(pixels, (int)format.Width, (int)format.Height) with { Matrix = MatrixOf(format, pixels) };
        return pixels == PixelFormat.Jpeg ? layout : layout with { Stride = Math.Max(layout.Stride, (int)format.BytesPerLine) };
    }

    // Grey that says nothing of its range is what a sensor measured, all of it.
    private static YuvMatrix MatrixOf(in Format format, PixelFormat pixels)
    {
        bool is709 = format.YcbcrEncoding == Value.Encoding709 || (format.YcbcrEncoding == 0 && format.ColorSpace == Value.ColorSpaceRec709);
        bool isFull = format.Quantization == Value.FullRange || (format.Quantization == 0 && (format.ColorSpace == Value.ColorSpaceJpeg || pixels == PixelFormat.Grey));
        return is709 ? (isFull ? YuvMatrix.Bt709Full : YuvMatrix.Bt709Limited) : isFull ? YuvMatrix.Bt601Full : YuvMatrix.Bt601Limited;
    }
}
