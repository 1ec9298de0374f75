using EdgeKit.Onnx;
using EdgeKit.Runtime.OnnxRuntime;

namespace EdgeKit.Testing.Operators;

/// <summary>ONNX Runtime as the judge of graphs.</summary>
public static class OrtOracle
{
    /// <summary>Runs a graph on one thread, as it is written but for products of bytes.</summary>
    /// <returns>The outputs in the graph's order.</returns>
    /// <remarks>Exact products of bytes on x64 without VNNI are a rewriting step of ONNX Runtime's, which only an optimized graph gets.</remarks>
    public static Tensor[] Run(Graph graph, IReadOnlyDictionary<string, Tensor> feeds) =>
        Run(OnnxFile.Serialize(graph), feeds, graph.Nodes.Any(static n => n.OpType is "QLinearConv" or "QLinearMatMul" && n.Input(0).Type == ElementType.UInt8) ? GraphOptimization.Extended : GraphOptimization.None);

    /// <summary>Runs the bytes of an ONNX file as they are, without any optimization, on one thread.</summary>
    public static Tensor[] Run(byte[] model, IReadOnlyDictionary<string, Tensor> feeds) => Run(model, feeds, GraphOptimization.None);

    private static Tensor[] Run(byte[] model, IReadOnlyDictionary<string, Tensor> feeds, GraphOptimization optimization)
    {
        using OrtSession session = OrtSession.FromBytes(model, new OrtOptions { Optimization = optimization, Spin = false });
        OrtTensor[] inputs = [.. session.Inputs.Select(i => new OrtTensor(i.Name, (int)feeds[i.Name].Type, feeds[i.Name].Shape, feeds[i.Name].Bytes.ToArray()))];
        return [.. session.Run(inputs).Select(static o => TensorBytes.ToTensor((ElementType)o.ElementType, o.Shape, o.Data))];
    }
}
