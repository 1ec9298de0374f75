using EdgeKit.Compiler.Ir;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>
/// A transposed convolution as a convolution of stride 1 (Shi et al., "Is the deconvolution layer the same as a convolutional layer?", 2016). Between two input positions lie stride x stride
/// output positions, its phases; each phase is a convolution of the few weights that meet inputs there. All phases together are one convolution to as many times the channels, and
/// an output position is a place among the channels of it. Without, three of four taps of a 2x2 kernel with stride 2 would fall into holes.
/// </summary>
internal sealed class SubpixelConvolution
{
    private readonly Axis _vertical, _horizontal;
    private readonly ConvParameters _transposed;

    private SubpixelConvolution(Axis vertical, Axis horizontal, ConvParameters transposed) => (_vertical, _horizontal, _transposed) = (vertical, horizontal, transposed);

    /// <summary>The form, or null where there is none: groups, dilation, an output that does not end with a whole phase.</summary>
    /// <param name="p">The transposed convolution.</param>
    /// <param name="output">[N,H,W,C] of its output.</param>
    public static SubpixelConvolution? Of(in ConvParameters p, int[] output)
    {
        if (p.Groups != 1 || p.DilationH != 1 || p.DilationW != 1) return null;
        return Axis.Of(p.KernelH, p.StrideH, p.PadTop, output[1]) is { } vertical && Axis.Of(p.KernelW, p.StrideW, p.PadLeft, output[2]) is { } horizontal
            ? new SubpixelConvolution(vertical, horizontal, p)
            : null;
    }

    /// <summary>How many phases there are.</summary>
    public int Phases => _vertical.Stride * _horizontal.Stride;

    /// <summary>The convolution, with the limits of the transposed one.</summary>
    public ConvParameters Parameters => _transposed with
    {
        KernelH = _vertical.Taps,
        KernelW = _horizontal.Taps,
        StrideH = 1,
        StrideW = 1,
        PadTop = -_vertical.First,
        PadLeft = -_horizontal.First,
    };

    /// <summary>Weights [O, taps, I] of the transposed convolution as those of the convolution, [phases, O, taps, I]; 0 where a phase has none.</summary>
    public float[] Weights(float[] values, int outputs, int depth)
    {
        float[] phases = new float[Phases * outputs * Taps * depth];
        for (int ky = 0; ky < _transposed.KernelH; ky++)
        {
            (int ry, int ty) = _vertical.PhaseOf(ky);
            for (int kx = 0; kx < _transposed.KernelW; kx++)
            {
                (int rx, int tx) = _horizontal.PhaseOf(kx);
                int phase = ry * _horizontal.Stride + rx, from = ky * _transposed.KernelW + kx, to = ty * _horizontal.Taps + tx;
                for (int o = 0; o < outputs; o++)
                    Array.Copy(values, (o * _transposed.KernelH * _transposed.KernelW + from) * depth, phases, ((phase * outputs + o) * Taps + to) * depth, depth);
            }
        }
        return phases;
    }

    /// <summary>[N,H,W,C] of the convolution's output for that of the transposed one.</summary>
    public int[] Dims(int[] output) => [output[0], output[1] / _vertical.Stride, output[2] / _horizontal.Stride, Phases * output[3]];

    /// <summary>The transposed convolution's output as elements of the convolution's.</summary>
    /// <param name="phases">What the convolution yields, [N,H,W,C].</param>
    /// <param name="rank">Rank of the output, which is a map or a row.</param>
    /// <param name="name">The node.</param>
    public StridedView View(PlanTensor phases, int rank, string name)
    {
        int[] d = phases.Dims, s = Layout.Strides(d);
        int channels = d[3] / Phases;
        StridedView.Step[] batch = Steps((d[0], s[0])), depth = Steps((channels, 1));
        StridedView.Step[] vertical = Steps((d[1], s[1]), (_vertical.Stride, _horizontal.Stride * channels)), horizontal = Steps((d[2], s[2]), (_horizontal.Stride, channels));
        return new StridedView(phases, 0, rank == 4 ? [batch, depth, vertical, horizontal] : [batch, depth, horizontal], name);
    }

    // Never more than the transposed one has.
    private int Taps => _vertical.Taps * _horizontal.Taps;

    private static StridedView.Step[] Steps(params (int Size, int Stride)[] steps) => [.. steps.Where(static s => s.Size > 1).Select(static s => new StridedView.Step(s.Size, s.Stride))];

    /// <summary>
    /// One dimension. Output position s i + r of phase r reads through tap k, where s divides r + p - k, the input position i + (r + p - k) / s.
    /// </summary>
    /// <param name="Stride">s, the number of phases.</param>
    /// <param name="Pad">p, output positions cut off before the first.</param>
    /// <param name="First">The least of those distances from i.</param>
    /// <param name="Taps">From the least to the greatest.</param>
    private sealed record Axis(int Stride, int Pad, int First, int Taps)
    {
        public static Axis? Of(int kernel, int stride, int pad, int output)
        {
            if (output % stride != 0) return null;
            var axis = new Axis(stride, pad, 0, 0);
            int[] distances = [.. Enumerable.Range(0, kernel).Select(k => axis.PhaseOf(k).Tap)];
            axis = axis with { First = distances.Min(), Taps = distances.Max() - distances.Min() + 1 };
            return axis.First > 0 ? null : axis;
        }

        /// <summary>The phase that a tap of the transposed convolution serves, and its tap there.</summary>
        public (int Phase, int Tap) PhaseOf(int k)
        {
            int phase = (((k - Pad) % Stride) + Stride) % Stride;
            return (phase, (phase + Pad - k) / Stride - First);
        }
    }
}
