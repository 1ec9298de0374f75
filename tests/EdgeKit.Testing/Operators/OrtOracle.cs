using EdgeKit.Onnx;
using EdgeKit.Runtime.OnnxRuntime;

namespace EdgeKit.Testing.Operators;

/// <summary>ONNX Runtime as the judge of graphs.</summary>
public static class OrtOracle
{
    /// <summary>Runs a graph as it is written, without any optimization, on one thread.</summary>
    /// <returns>The outputs in the graph's order.</returns>
    public static Tensor[] Run(Graph graph, IReadOnlyDictionary<string, Tensor> feeds) => Run(OnnxFile.Serialize(graph), feeds);

    /// <summary>Runs the bytes of an ONNX file as they are, without any optimization, on one thread.</summary>
    public static Tensor[] Run(byte[] model, IReadOnlyDictionary<string, Tensor> feeds)
    {
        using OrtSession session = OrtSession.FromBytes(model, new OrtOptions { Optimization = GraphOptimization.None, Spin = false });
        OrtTensor[] inputs = [.. session.Inputs.Select(i => new OrtTensor(i.Name, (int)feeds[i.Name].Type, feeds[i.Name].Shape, feeds[i.Name].Bytes.ToArray()))];
        return [.. session.Run(inputs).Select(static o => TensorBytes.ToTensor((ElementType)o.ElementType, o.Shape, o.Data))];
    }
}
