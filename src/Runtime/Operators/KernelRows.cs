using System.Runtime.Intrinsics;
using EdgeKit.Runtime.Kernels.Elementwise;

namespace EdgeKit.Runtime.Operators;

/// <summary>
/// Pointers to whole kernel rows, for convolutions of few channels: a third of those that the pixels of a 3 x 3 window need. Kernel rows that reach over the left or right border
/// are copied, with their padding; those above and below the map are padding.
/// </summary>
internal static unsafe class KernelRows
{
    /// <summary>Bytes of the copies of a block, where one tile does not need more.</summary>
    private const int MostCopied = 16384;

    /// <summary>How many of <paramref name="positions"/> output positions, whole tiles, a block takes, so that the copies are few.</summary>
    public static int Block(in ConvGeometry g, int tile, int positions)
    {
        Inside(g, out int from, out int to);
        int border = g.OutW - (to - from);
        if (border == 0) return positions;
        // All may lie at the border; of the lines, the first and the last may be parts.
        int bytes = WindowBytes(g), fit = int.Max(MostCopied / bytes, (MostCopied / (border * bytes) - 2) * g.OutW);
        return int.Min(positions, int.Max(1, fit / tile) * tile);
    }

    /// <summary>Bytes of the copies that a block of so many positions needs at most.</summary>
    public static int CopyBytes(in ConvGeometry g, int positions)
    {
        Inside(g, out int from, out int to);
        return int.Min(positions, (positions / g.OutW + 2) * (g.OutW - (to - from))) * WindowBytes(g);
    }

    /// <summary>Points the tiles of <paramref name="count"/> positions; the last tile is filled up with its last position.</summary>
    public static void Point(in ConvGeometry g, int first, int count, int tile, byte* padding, byte** rows, byte* copies)
    {
        Inside(g, out int from, out int to);
        int kernelH = g.P->KernelH, line = first / g.OutW, x = first - line * g.OutW;
        for (int done = 0; done < count; line++, x = 0)
        {
            int end = int.Min(g.OutW, x + count - done), top = line % g.OutH * g.P->StrideH - g.P->PadTop, map = line / g.OutH * g.InH;
            for (int ky = 0; ky < kernelH; ky++)
            {
                var taps = new Pointers(rows + ky * tile, tile, kernelH * tile);
                int iy = top + ky * g.P->DilationH;
                if ((uint)iy >= (uint)g.InH)
                {
                    taps.Fill(done, end - x, padding, 0);
                    continue;
                }
                byte* row = g.Input + (nint)(map + iy) * g.InW * g.InPixelBytes;
                taps.Fill(done, end - x, row + (x * g.P->StrideW - g.P->PadLeft) * g.InPixelBytes, g.StepBytes);
                for (int i = x; i < int.Min(from, end); i++) taps[done + i - x] = Copy(g, row, i, padding, ref copies);
                for (int i = int.Max(to, x); i < end; i++) taps[done + i - x] = Copy(g, row, i, padding, ref copies);
            }
            done += end - x;
        }
        if (count % tile == 0) return;
        for (int ky = 0; ky < kernelH; ky++)
        {
            var taps = new Pointers(rows + ky * tile, tile, kernelH * tile);
            taps.Fill(count, tile - count % tile, taps[count - 1], 0);
        }
    }

    /// <summary>The positions of a line, from <paramref name="from"/> to before <paramref name="to"/>, whose kernel rows reach over neither border.</summary>
    private static void Inside(in ConvGeometry g, out int from, out int to)
    {
        int room = g.InW - g.P->KernelW + g.P->PadLeft;
        from = int.Min(g.OutW, (g.P->PadLeft + g.P->StrideW - 1) / g.P->StrideW);
        to = room < 0 ? from : int.Clamp(room / g.P->StrideW + 1, from, g.OutW);
    }

    /// <summary>Copies the kernel row of position <paramref name="x"/>: padding, pixels, padding. Each writes up to 15 bytes too many, which the next one overwrites.</summary>
    private static byte* Copy(in ConvGeometry g, byte* row, int x, byte* padding, ref byte* copies)
    {
        byte* copy = copies;
        int left = x * g.P->StrideW - g.P->PadLeft, begin = int.Clamp(-left, 0, g.P->KernelW), end = int.Clamp(g.InW - left, begin, g.P->KernelW);
        RowLoops.CopyVectors(padding, copy, begin * g.InPixelBytes);
        RowLoops.CopyVectors(row + (left + begin) * g.InPixelBytes, copy + begin * g.InPixelBytes, (end - begin) * g.InPixelBytes);
        RowLoops.CopyVectors(padding, copy + end * g.InPixelBytes, (g.P->KernelW - end) * g.InPixelBytes);
        copies += g.P->KernelW * g.InPixelBytes;
        return copy;
    }

    private static int WindowBytes(in ConvGeometry g) => g.Taps * g.Depth * g.ElementBytes;

    /// <summary>The pointers of one tap: position i's is number <c>i / tile · step + i % tile</c>.</summary>
    private readonly struct Pointers(byte** first, int tile, int step)
    {
        public byte* this[int position]
        {
            get => first[position / tile * step + position % tile];
            set => first[position / tile * step + position % tile] = value;
        }

        /// <summary>Points <paramref name="count"/> positions from <paramref name="position"/> on to <paramref name="start"/> and on by <paramref name="stride"/> bytes each.</summary>
        public void Fill(int position, int count, byte* start, nint stride)
        {
            int single = int.Min(count, (tile - position % tile) % tile);
            for (; single > 0; single--, position++, count--, start += stride) this[position] = start;
            byte** to = first + position / tile * step;
            if (tile % 2 == 0)
            {
                Vector128<long> pair = Vector128.Create((long)start, (long)start + stride), two = Vector128.Create(2L * stride);
                for (; count >= tile; count -= tile, position += tile)
                {
                    for (nint l = 0; l < tile; l += 2)
                    {
                        pair.Store((long*)to + l);
                        pair += two;
                    }
                    to += step;
                }
                start = (byte*)pair.ToScalar();
            }
            for (; count > 0; position++, count--, start += stride) this[position] = start;
        }
    }
}
