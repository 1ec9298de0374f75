using EdgeKit.Onnx;

namespace EdgeKit.Statistics;

/// <summary>Which input pixels an output pixel of a convolution reads.</summary>
internal sealed class LayerWindow
{
    private readonly int _height, _width, _outputWidth, _kernelHeight, _kernelWidth;
    private readonly int[] _strides, _dilations, _pads;

    /// <summary>The window of a Conv with two spatial dimensions whose attributes are explicit.</summary>
    public LayerWindow(Node node)
    {
        int[] input = node.Input(0).Dims, output = node.Output.Dims, weights = node.ConstantInput(1)!.Shape;
        (_height, _width) = (input[2], input[3]);
        (_kernelHeight, _kernelWidth) = (weights[2], weights[3]);
        _outputWidth = output[3];
        _strides = node.Attributes.Ints("strides") ?? [1, 1];
        _dilations = node.Attributes.Ints("dilations") ?? [1, 1];
        _pads = node.Attributes.Ints("pads") ?? [0, 0, 0, 0];
        Positions = output[2] * output[3];
    }

    /// <summary>Pixels of the kernel.</summary>
    public int Taps => _kernelHeight * _kernelWidth;

    /// <summary>Output pixels.</summary>
    public int Positions { get; }

    /// <summary>Gathers the pixels under the window, channel by channel.</summary>
    public void Read(ReadOnlySpan<float> input, int firstChannel, int channels, int position, Span<float> patch)
    {
        int plane = _height * _width;
        (int oy, int ox) = Math.DivRem(position, _outputWidth);
        for (int ky = 0; ky < _kernelHeight; ky++)
        {
            int y = oy * _strides[0] - _pads[0] + ky * _dilations[0];
            for (int kx = 0; kx < _kernelWidth; kx++)
            {
                int x = ox * _strides[1] - _pads[1] + kx * _dilations[1], at = ky * _kernelWidth + kx;
                bool inside = (uint)y < (uint)_height && (uint)x < (uint)_width;
                for (int c = 0; c < channels; c++) patch[c * Taps + at] = inside ? input[(firstChannel + c) * plane + y * _width + x] : 0;
            }
        }
    }
}
