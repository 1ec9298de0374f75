using EdgeKit.Runtime.Kernels.Pixels;

namespace EdgeKit.Testing;

/// <summary>
/// Holds the loops over a camera's pixels to scalar arithmetic, on every tail, with rows that end at memory which may not be touched. Pointers and static code only, so that it also runs
/// where there is no managed runtime.
/// </summary>
internal static unsafe class PixelSweep
{
    /// <summary>Name among the kernels.</summary>
    public const string Name = "pixels__vector128";

    private const int Widest = 43, LongestRun = 5, Loops = 7;

    // Of the size of a real matrix, but of no symmetry that would hide a swapped weight.
    private static YuvCoefficients Matrix => new(1220945, 16, 1673554, -410793, -852457, 2115221);

    /// <summary>Compares all cases.</summary>
    /// <returns>The number of cases, or -1 with the loop and the width of the first that differs in <paramref name="failed"/>.</returns>
    public static int Run<T>(SweepMemory* memory, SweepCase* failed) where T : struct, IPixelLanes
    {
        uint seed = 12345;
        int cases = 0;
        for (int width = 1; width <= Widest; width++)
        {
            for (int loop = 0; loop < Loops; loop++)
            {
                // Pairs of pixels come whole.
                if (loop == 0 && width % 2 != 0) continue;
                bool equal = loop < 5 ? ColoursAgree<T>(memory, loop, width, ref seed) : SumsAgree<T>(memory, loop == 5, width, 1 + width % LongestRun, ref seed);
                if (!equal)
                {
                    failed->Form = loop;
                    failed->Rows = width;
                    return -1;
                }
                cases++;
            }
        }
        return cases;
    }

    private static bool ColoursAgree<T>(SweepMemory* memory, int loop, int width, ref uint seed) where T : struct, IPixelLanes
    {
        int half = (width + 1) / 2;
        // The rows themselves end where no byte may be read; of the result, a step more is written.
        byte* luma = Filled(memory, 0, loop == 0 ? 2 * width : width, ref seed);
        byte* u = Filled(memory, 1, loop == 1 ? 2 * half : loop == 3 ? width : half, ref seed), v = Filled(memory, 2, loop == 3 ? width : half, ref seed);
        byte* rgbx = memory->Output<byte>(4 * width + PixelRows.Slack);
        YuvCoefficients m = Matrix;
        switch (loop)
        {
            case 0: YuvLoop<T>.Packed(luma, rgbx, width, m); break;
            case 1: YuvLoop<T>.SemiPlanar(luma, u, rgbx, width, m); break;
            case 2: YuvLoop<T>.HalfChroma(luma, u, v, rgbx, width, m); break;
            case 3: YuvLoop<T>.FullChroma(luma, u, v, rgbx, width, m); break;
            default: YuvLoop<T>.Grey(luma, rgbx, width, m); break;
        }
        for (int x = 0; x < width; x++)
        {
            int pair = x / 2, y = loop == 0 ? luma[2 * x] : luma[x];
            int b = loop switch { 0 => luma[4 * pair + 1], 1 => u[2 * pair], 2 => u[pair], 3 => u[x], _ => 128 } - 128;
            int r = loop switch { 0 => luma[4 * pair + 3], 1 => u[2 * pair + 1], 2 => v[pair], 3 => v[x], _ => 128 } - 128;
            int level = (y - m.Black) * m.Luma + YuvCoefficients.Half;
            byte* pixel = rgbx + 4 * x;
            if (pixel[0] != Byte(level + r * m.RedOfV) || pixel[1] != Byte(level + b * m.GreenOfU + r * m.GreenOfV) || pixel[2] != Byte(level + b * m.BlueOfU) || pixel[3] != 0) return false;
        }
        return true;

        static int Byte(int sum) => int.Clamp(sum >> YuvCoefficients.FractionBits, 0, 255);
    }

    /// <summary>Weighted sums along a row of RGBX, or across rows.</summary>
    private static bool SumsAgree<T>(SweepMemory* memory, bool along, int width, int length, ref uint seed) where T : struct, IPixelLanes
    {
        const int bits = ResampleTaps.FractionBits;
        int inputs = width + length, samples = 3 * width;
        int* starts = memory->Bias<int>(width), weights = memory->Weights<int>(width * length);
        for (int i = 0; i < width * length; i++) weights[i] = (int)(KernelSweep.Next(ref seed) % (3u << bits) / (uint)length) - (1 << bits) / length;
        for (int i = 0; i < width; i++) starts[i] = (int)(KernelSweep.Next(ref seed) % (uint)(inputs - length + 1));
        byte* output = memory->Output<byte>(samples + PixelRows.Slack);
        if (along)
        {
            byte* rgbx = Filled(memory, 0, 4 * inputs, ref seed);
            ResampleLoop<T>.Along(rgbx, starts, weights, length, output, width);
            for (int i = 0; i < samples; i++)
            {
                int sum = 1 << (bits - 1);
                for (int k = 0; k < length; k++) sum += rgbx[4 * (starts[i / 3] + k) + i % 3] * weights[i / 3 * length + k];
                if (output[i] != int.Clamp(sum >> bits, 0, 255)) return false;
            }
            return true;
        }
        int row = samples + PixelRows.Slack;
        byte* rows = Filled(memory, 0, length * row, ref seed);
        int* offsets = starts;
        if (width < length) offsets = memory->Bias<int>(length);
        for (int k = 0; k < length; k++) offsets[k] = (length - 1 - k) * row;
        ResampleLoop<T>.Across(rows, offsets, weights, length, output, samples);
        for (int i = 0; i < samples; i++)
        {
            int sum = 1 << (bits - 1);
            for (int k = 0; k < length; k++) sum += rows[offsets[k] + i] * weights[k];
            if (output[i] != int.Clamp(sum >> bits, 0, 255)) return false;
        }
        return true;
    }

    private static byte* Filled(SweepMemory* memory, int slot, int count, ref uint seed)
    {
        byte* bytes = memory->Exact(slot, count);
        for (int i = 0; i < count; i++)
        {
            uint r = KernelSweep.Next(ref seed);
            bytes[i] = (r & 7) == 0 ? (byte)((r & 8) == 0 ? 0 : 255) : (byte)(r >> 8);
        }
        return bytes;
    }
}
