using System.Runtime.InteropServices;
using EdgeKit.Runtime.Kernels.Pixels;

namespace EdgeKit.Arm64.Rig;

/// <summary>What a camera's picture goes through on its way to a model's input, a row at a time, for main.c to count.</summary>
internal static unsafe class Camera
{
    /// <summary>Step 0: a row of YUYV to RGBX. 1: that along the row to another width. 2: rows across to one of another height. 3: that through the table.</summary>
    /// <param name="step">Which step.</param>
    /// <param name="width">Pixels of the camera's row.</param>
    /// <param name="inputWidth">Pixels of the model's.</param>
    /// <param name="taps">Pixels or rows that one is made of.</param>
    /// <param name="memory">Zeros: room for the rows of all steps.</param>
    [UnmanagedCallersOnly(EntryPoint = "edgekit_camera_row")]
    public static void Row(int step, int width, int inputWidth, int taps, byte* memory)
    {
        int samples = 3 * inputWidth, row = samples + PixelRows.Slack;
        byte* rgbx = memory, rows = rgbx + 4 * width + PixelRows.Slack, fitted = rows + taps * row, table = fitted + row, output = table + 3 * 256;
        int* numbers = (int*)(((nint)output + row + 63) & ~63);
        switch (step)
        {
            case 0: YuvLoop<PortablePixelLanes>.Packed(rows, rgbx, width, default); break;
            case 1: ResampleLoop<PortablePixelLanes>.Along(rgbx, numbers, numbers + inputWidth, taps, rows, inputWidth); break;
            case 2: ResampleLoop<PortablePixelLanes>.Across(rows, numbers, numbers + taps, taps, fitted, samples); break;
            default: PixelRows.Lookup(new ReadOnlySpan<byte>(fitted, samples), new ReadOnlySpan<sbyte>(table, 3 * 256), false, new Span<sbyte>(output, samples)); break;
        }
    }
}
