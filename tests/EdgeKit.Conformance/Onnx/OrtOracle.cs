using EdgeKit.Runtime.OnnxRuntime;
using Xunit;

namespace EdgeKit.Conformance.Onnx;

/// <summary>ONNX Runtime on seeded random inputs, its graph optimizations off.</summary>
internal static class OrtOracle
{
    /// <summary>Runs a model; float inputs lie in -2 to 2, others hold small integers. A dynamic dimension is taken from <paramref name="size"/>, 1 for the batch.</summary>
    public static OrtTensor[] Run(byte[] model, int size = 1)
    {
        using OrtSession session = OrtSession.FromBytes(model, new OrtOptions { Optimization = GraphOptimization.None });
        var random = new Random(7);
        return session.Run([.. session.Inputs.Select(i => RandomTensor(random, i, [.. i.Shape.Select((d, k) => d >= 0 ? d : k == 0 ? 1 : size)]))]);
    }

    /// <summary>Asserts equal names, types and shapes, and float elements within <paramref name="tolerance"/>.</summary>
    public static void AssertClose(OrtTensor[] expected, OrtTensor[] actual, float tolerance)
    {
        Assert.Equal(expected.Select(static t => t.Name), actual.Select(static t => t.Name));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Shape, actual[i].Shape);
            Assert.Equal(expected[i].ElementType, actual[i].ElementType);
            if (expected[i].ElementType != OrtElementType.Float)
            {
                Assert.Equal(expected[i].Data, actual[i].Data);
                continue;
            }
            Span<float> wanted = expected[i].AsSpan<float>(), found = actual[i].AsSpan<float>();
            for (int k = 0; k < wanted.Length; k++) Assert.True(MathF.Abs(wanted[k] - found[k]) <= tolerance, $"{expected[i].Name}: element {k} is {found[k]}, not {wanted[k]}");
        }
    }

    private static OrtTensor RandomTensor(Random random, OrtValueInfo info, int[] shape)
    {
        int count = shape.Aggregate(1, static (a, d) => a * d);
        if (info.ElementType == OrtElementType.Float)
            return OrtTensor.Create<float>(info.Name, shape, Enumerable.Range(0, count).Select(_ => random.NextSingle() * 4 - 2).ToArray());
        var data = new byte[count * OrtElementType.SizeOf(info.ElementType)];
        if (OrtElementType.SizeOf(info.ElementType) == 1) random.NextBytes(data);
        return new OrtTensor(info.Name, info.ElementType, shape, data);
    }
}
