using EdgeKit.Runtime.Kernels;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>Every depthwise kernel of the registry against the scalar reference, bit for bit, with every buffer ending at a guard page.</summary>
public sealed unsafe class DepthwiseKernelTests : IDisposable
{
    private static readonly int[] Taps = [1, 2, 9, 25];
    private readonly KernelMemory _memory = new();
    private readonly GuardedBuffer _weights, _referenceWeights, _output, _expected;

    public DepthwiseKernelTests()
    {
        _weights = _memory.More(1 << 16);
        _referenceWeights = _memory.More(1 << 16);
        _output = _memory.More(1 << 16);
        _expected = _memory.More(1 << 16);
    }

    public void Dispose() => _memory.Dispose();

    public static TheoryData<int> Kernels(KernelFamily family) => GemmKernelTests.Kernels(family);

    [Theory]
    [MemberData(nameof(Kernels), KernelFamily.DepthwiseInt8)]
    public void Int8_equals_the_reference_for_every_tail(int kernel)
    {
        var random = new Random(4);
        for (int channels = 1; channels <= 70; channels++)
        {
            foreach (int taps in Taps)
            {
                _memory.FillRows(random, channels, int8: true);
                float[] scales = KernelMemory.Floats(random, channels);
                for (int i = 0; i < channels; i++) scales[i] = (scales[i] + 1.01f) / (100 * MathF.Sqrt(taps));
                CheckInt8(kernel, taps, channels, 1 + random.Next(9), KernelMemory.Bytes(random, channels * taps, -127), KernelMemory.Integers(random, channels, 20000), scales);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels), KernelFamily.DepthwiseInt8)]
    public void Int8_sums_of_extreme_products_are_exact(int kernel)
    {
        const int channels = 67;
        foreach (int taps in Taps)
        {
            foreach (sbyte weight in (sbyte[])[-127, 127])
            {
                foreach (sbyte input in (sbyte[])[-128, 127])
                {
                    var inputs = new sbyte[channels];
                    var weights = new sbyte[channels * taps];
                    var bias = new int[channels];
                    var scales = new float[channels];
                    Array.Fill(inputs, input);
                    Array.Fill(weights, weight);
                    Array.Fill(bias, -weight * input * taps + 13);
                    Array.Fill(scales, 1f);
                    _memory.FillRows(inputs);
                    CheckInt8(kernel, taps, channels, 5, weights, bias, scales);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels), KernelFamily.DepthwiseFloat)]
    public void Float_equals_the_reference_for_every_tail(int kernel)
    {
        var random = new Random(5);
        for (int channels = 1; channels <= 70; channels++)
        {
            foreach (int taps in Taps) CheckFloat(random, kernel, taps, channels, 1 + random.Next(9));
        }
    }

    private void CheckInt8(int kernel, int taps, int channels, int width, sbyte[] weights, int[] bias, float[] scales)
    {
        KernelEntry k = KernelRegistry.At(kernel), reference = KernelRegistry.At(KernelRegistry.Find(KernelFamily.DepthwiseInt8, KernelSet.Reference));
        byte* packed = _weights.Last<byte>(DepthwisePacking.Bytes(k, taps, channels, true));
        byte* referencePacked = _referenceWeights.Last<byte>(DepthwisePacking.Bytes(reference, taps, channels, true));
        fixed (sbyte* w = weights)
        fixed (int* b = bias)
        fixed (float* s = scales)
        {
            DepthwisePacking.PackInt8(k, w, b, s, taps, channels, 0, packed);
            DepthwisePacking.PackInt8(reference, w, b, s, taps, channels, 0, referencePacked);
        }
        int stride = channels + 3, length = (width - 1) * stride + channels;
        DepthwiseInt8Call call = default;
        call.Rows = _memory.Rows<sbyte>(channels, width * taps, i => i);
        call.OutputStride = stride;
        call.Width = width;
        call.Taps = taps;
        call.Channels = channels;
        call.ZeroPoint = -3;
        call.Min = -120;
        call.Max = 127;
        call.Weights = referencePacked;
        call.Output = _expected.Last<sbyte>(length);
        new Span<sbyte>(call.Output, length).Fill(99);
        ((delegate*<DepthwiseInt8Call*, void>)reference.Function)(&call);
        call.Weights = packed;
        call.Output = _output.Last<sbyte>(length);
        new Span<sbyte>(call.Output, length).Fill(99);
        ((delegate*<DepthwiseInt8Call*, void>)k.Function)(&call);
        Assert.True(new Span<sbyte>(_expected.Last<sbyte>(length), length).SequenceEqual(new Span<sbyte>(call.Output, length)),
            $"{KernelRegistry.NameOf(kernel)}: taps {taps}, channels {channels}, width {width}");
    }

    private void CheckFloat(Random random, int kernel, int taps, int channels, int width)
    {
        KernelEntry k = KernelRegistry.At(kernel), reference = KernelRegistry.At(KernelRegistry.Find(KernelFamily.DepthwiseFloat, KernelSet.Reference));
        _memory.FillRows(random, channels, int8: false);
        byte* packed = _weights.Last<byte>(DepthwisePacking.Bytes(k, taps, channels, false));
        byte* referencePacked = _referenceWeights.Last<byte>(DepthwisePacking.Bytes(reference, taps, channels, false));
        fixed (float* w = KernelMemory.Floats(random, channels * taps))
        fixed (float* b = KernelMemory.Floats(random, channels))
        {
            DepthwisePacking.PackFloat(k, w, b, taps, channels, packed);
            DepthwisePacking.PackFloat(reference, w, b, taps, channels, referencePacked);
        }
        int stride = channels + 3, length = (width - 1) * stride + channels;
        DepthwiseFloatCall call = default;
        call.Rows = _memory.Rows<float>(channels, width * taps, i => i);
        call.OutputStride = stride;
        call.Width = width;
        call.Taps = taps;
        call.Channels = channels;
        call.Min = -1.5f;
        call.Max = 1.5f;
        call.Weights = referencePacked;
        call.Output = _expected.Last<float>(length);
        new Span<float>(call.Output, length).Fill(99);
        ((delegate*<DepthwiseFloatCall*, void>)reference.Function)(&call);
        call.Weights = packed;
        call.Output = _output.Last<float>(length);
        new Span<float>(call.Output, length).Fill(99);
        ((delegate*<DepthwiseFloatCall*, void>)k.Function)(&call);
        string what = $"{KernelRegistry.NameOf(kernel)}: taps {taps}, channels {channels}, width {width}";
        float* expected = _expected.Last<float>(length);
        if (GemmKernelTests.Fused) Assert.True(new Span<int>(expected, length).SequenceEqual(new Span<int>(call.Output, length)), what);
        else KernelMemory.AssertClose(new Span<float>(expected, length), new Span<float>(call.Output, length), 1e-5f, what);
    }
}
