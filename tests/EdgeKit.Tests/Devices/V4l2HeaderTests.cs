using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeKit.Devices.V4l2;
using Xunit;
using Buffer = EdgeKit.Devices.V4l2.Buffer;

namespace EdgeKit.Tests.Devices;

/// <summary>Holds sizes, offsets and values to what a compiler said of the kernel's header, and that to the header where a compiler is.</summary>
public class V4l2HeaderTests
{
    private static readonly (string C, long Ours, long Recorded)[] Facts =
    [
        ("sizeof(struct v4l2_capability)", Unsafe.SizeOf<Capability>(), 104), Field<Capability>("v4l2_capability", "card", "Card", 16),
        Field<Capability>("v4l2_capability", "capabilities", "Capabilities", 84), Field<Capability>("v4l2_capability", "device_caps", "DeviceCapabilities", 88),
        ("sizeof(struct v4l2_fmtdesc)", Unsafe.SizeOf<FormatDescription>(), 64), Field<FormatDescription>("v4l2_fmtdesc", "type", "Type", 4),
        Field<FormatDescription>("v4l2_fmtdesc", "pixelformat", "PixelFormat", 44),
        ("sizeof(struct v4l2_frmsizeenum)", Unsafe.SizeOf<FrameSize>(), 44), Field<FrameSize>("v4l2_frmsizeenum", "pixel_format", "PixelFormat", 4),
        Field<FrameSize>("v4l2_frmsizeenum", "type", "Type", 8), Field<FrameSize>("v4l2_frmsizeenum", "stepwise.min_width", "MinWidth", 12),
        Field<FrameSize>("v4l2_frmsizeenum", "discrete.height", "MaxWidth", 16), Field<FrameSize>("v4l2_frmsizeenum", "stepwise.step_width", "StepWidth", 20),
        Field<FrameSize>("v4l2_frmsizeenum", "stepwise.min_height", "MinHeight", 24), Field<FrameSize>("v4l2_frmsizeenum", "stepwise.step_height", "StepHeight", 32),
        ("sizeof(struct v4l2_format)", Unsafe.SizeOf<Format>(), 208), Field<Format>("v4l2_format", "fmt.pix.width", "Width", 8),
        Field<Format>("v4l2_format", "fmt.pix.pixelformat", "PixelFormat", 16), Field<Format>("v4l2_format", "fmt.pix.field", "Field", 20),
        Field<Format>("v4l2_format", "fmt.pix.bytesperline", "BytesPerLine", 24), Field<Format>("v4l2_format", "fmt.pix.sizeimage", "ImageBytes", 28),
        Field<Format>("v4l2_format", "fmt.pix.colorspace", "ColorSpace", 32), Field<Format>("v4l2_format", "fmt.pix.ycbcr_enc", "YcbcrEncoding", 44),
        Field<Format>("v4l2_format", "fmt.pix.quantization", "Quantization", 48),
        ("sizeof(struct v4l2_streamparm)", Unsafe.SizeOf<StreamParameters>(), 204),
        Field<StreamParameters>("v4l2_streamparm", "parm.capture.timeperframe.numerator", "IntervalNumerator", 12),
        Field<StreamParameters>("v4l2_streamparm", "parm.capture.timeperframe.denominator", "IntervalDenominator", 16),
        ("sizeof(struct v4l2_requestbuffers)", Unsafe.SizeOf<RequestBuffers>(), 20), Field<RequestBuffers>("v4l2_requestbuffers", "memory", "Memory", 8),
        ("sizeof(struct v4l2_buffer)", Unsafe.SizeOf<Buffer>(), 88), Field<Buffer>("v4l2_buffer", "type", "Type", 4), Field<Buffer>("v4l2_buffer", "bytesused", "BytesUsed", 8),
        Field<Buffer>("v4l2_buffer", "flags", "Flags", 12), Field<Buffer>("v4l2_buffer", "timestamp.tv_sec", "Seconds", 24),
        Field<Buffer>("v4l2_buffer", "timestamp.tv_usec", "Microseconds", 32), Field<Buffer>("v4l2_buffer", "sequence", "Sequence", 56),
        Field<Buffer>("v4l2_buffer", "memory", "Memory", 60), Field<Buffer>("v4l2_buffer", "m.offset", "Offset", 64), Field<Buffer>("v4l2_buffer", "length", "Length", 72),
        ("VIDIOC_QUERYCAP", Request.QueryCapabilities, 0x80685600), ("VIDIOC_ENUM_FMT", Request.EnumerateFormats, 0xC0405602),
        ("VIDIOC_ENUM_FRAMESIZES", Request.EnumerateSizes, 0xC02C564A), ("VIDIOC_S_FMT", Request.SetFormat, 0xC0D05605), ("VIDIOC_S_PARM", Request.SetParameters, 0xC0CC5616),
        ("VIDIOC_REQBUFS", Request.RequestBuffers, 0xC0145608), ("VIDIOC_QUERYBUF", Request.QueryBuffer, 0xC0585609), ("VIDIOC_QBUF", Request.Queue, 0xC058560F),
        ("VIDIOC_DQBUF", Request.Dequeue, 0xC0585611), ("VIDIOC_STREAMON", Request.StreamOn, 0x40045612), ("VIDIOC_STREAMOFF", Request.StreamOff, 0x40045613),
        ("V4L2_CAP_VIDEO_CAPTURE", Flag.VideoCapture, 1), ("V4L2_CAP_STREAMING", Flag.Streaming, 0x04000000), ("V4L2_CAP_DEVICE_CAPS", Flag.HasDeviceCapabilities, 0x80000000),
        ("V4L2_BUF_FLAG_ERROR", Flag.BufferError, 0x40), ("V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC", Flag.MonotonicTime, 0x2000), ("V4L2_BUF_FLAG_TIMESTAMP_MASK", Flag.TimeMask, 0xE000),
        ("V4L2_BUF_TYPE_VIDEO_CAPTURE", Value.TypeCapture, 1), ("V4L2_MEMORY_MMAP", Value.MemoryMapped, 1), ("V4L2_FIELD_NONE", Value.FieldNone, 1),
        ("V4L2_FRMSIZE_TYPE_DISCRETE", Value.SizeDiscrete, 1), ("V4L2_COLORSPACE_REC709", Value.ColorSpaceRec709, 3), ("V4L2_COLORSPACE_JPEG", Value.ColorSpaceJpeg, 7),
        ("V4L2_YCBCR_ENC_709", Value.Encoding709, 2), ("V4L2_QUANTIZATION_FULL_RANGE", Value.FullRange, 1),
        ("V4L2_PIX_FMT_YUYV", FourCc.Of("YUYV"), 0x56595559), ("V4L2_PIX_FMT_NV12", FourCc.Of("NV12"), 0x3231564E), ("V4L2_PIX_FMT_MJPEG", FourCc.Of("MJPG"), 0x47504A4D),
        ("V4L2_PIX_FMT_JPEG", FourCc.Of("JPEG"), 0x4745504A), ("V4L2_PIX_FMT_RGB24", FourCc.Of("RGB3"), 0x33424752), ("V4L2_PIX_FMT_GREY", FourCc.Of("GREY"), 0x59455247),
        ("EPERM", Errno.NotPermitted, 1), ("ENOENT", Errno.NoEntry, 2), ("EINTR", Errno.Interrupted, 4), ("EIO", Errno.Io, 5), ("ENXIO", Errno.NoSuchAddress, 6),
        ("EAGAIN", Errno.Again, 11), ("EACCES", Errno.Access, 13), ("EBUSY", Errno.Busy, 16), ("ENODEV", Errno.NoDevice, 19), ("EINVAL", Errno.Invalid, 22), ("ENOTTY", Errno.NotTty, 25),
    ];

    [Fact]
    public void Layouts_and_values_are_the_recorded_ones() => Assert.All(Facts, static f => Assert.True(f.Ours == f.Recorded, $"{f.C}: {f.Ours}, not {f.Recorded}"));

    [Fact]
    public void Recorded_values_are_those_of_the_header_where_a_compiler_is()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/gcc") || !File.Exists("/usr/include/linux/videodev2.h")) return;
        string folder = Directory.CreateTempSubdirectory("edgekit-v4l2-").FullName;
        try
        {
            string source = Path.Combine(folder, "facts.c"), program = Path.Combine(folder, "facts");
            File.WriteAllText(source, "#include <errno.h>\n#include <stddef.h>\n#include <stdio.h>\n#include <linux/videodev2.h>\nint main(void) {\n"
                + string.Concat(Facts.Select(static f => $"printf(\"%lu\\n\", (unsigned long)(unsigned int)({f.C}));\n")) + "return 0; }\n");
            Assert.Equal("", Run("/usr/bin/gcc", "-o", program, source));
            long[] header = [.. Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => long.Parse(l, CultureInfo.InvariantCulture))];
            Assert.Equal(Facts.Length, header.Length);
            Assert.All(Facts.Zip(header), static f => Assert.True(f.First.Recorded == f.Second, $"{f.First.C}: recorded {f.First.Recorded}, the header says {f.Second}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (string C, long Ours, long Recorded) Field<T>(string structure, string c, string field, long recorded) =>
        ($"offsetof(struct {structure}, {c})", Marshal.OffsetOf<T>(field), recorded);

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
