using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Expansions;

/// <summary>
/// com.microsoft MultiHeadAttention: softmax(Q Kᵀ scale + mask) V for each head. Inputs: query [N,S,E], key [N,L,E], value [N,L,F], bias of all three, key padding
/// mask (not supported), additive mask.
/// </summary>
internal static class MultiHeadAttention
{
    public static IReadOnlyList<Value?>? Expand(Expansion e)
    {
        for (int input = 4; input < e.Node.Inputs.Count; input++)
        {
            if (input != 5 && e.Optional(input) is not null) throw new ModelException($"input {input} (a padding mask, or the past) is not supported; export the model with an additive mask, and without a cache");
        }
        if (e.Attributes.Int("unidirectional", 0) != 0) throw new ModelException("is causal by an attribute, which is not supported; export the model with an additive mask");
        int heads = e.Attributes.Int("num_heads", 0);
        int[] q = e.Node.Dims(0, ElementType.Float), k = e.Node.Dims(1, ElementType.Float), v = e.Node.Dims(2, ElementType.Float);
        if (q.Length != 3 || k.Length != 3 || v.Length != 3 || q[2] != k[2] || k[1] != v[1] || q[0] != k[0] || q[0] != v[0] || heads < 1 || q[2] % heads != 0 || v[2] % heads != 0)
            throw new ModelException($"{heads} heads do not fit query {NodeShapes.Text(q)}, key {NodeShapes.Text(k)} and value {NodeShapes.Text(v)}");
        Value query = Heads(e, Biased(e, 0, 0), heads, 0, 2, 1, 3);
        Value key = Heads(e, Biased(e, 1, q[2]), heads, 0, 2, 3, 1);
        Value value = Heads(e, Biased(e, 2, q[2] + k[2]), heads, 0, 2, 1, 3);
        float scale = e.Attributes.Float("scale", 0);
        Value scaled = e.Add("Mul", [query, e.Number(scale != 0 ? scale : 1 / MathF.Sqrt(q[2] / heads))]);
        Value scores = e.Add("MatMul", [scaled, key]);
        if (e.Optional(5) is { } mask) scores = e.Add("Add", [scores, mask]);
        Value mixed = e.Add("MatMul", [e.Add("Softmax", [scores], ("axis", -1)), value]);
        return [e.Reshape(e.Transpose(mixed, 0, 2, 1, 3), q[0], q[1], v[2])];
    }

    private static Value Biased(Expansion e, int input, int first)
    {
        Value x = e.Input(input);
        return e.Optional(3) is { } bias ? e.Add("Add", [x, e.Slice(bias, 0, first, first + x.Dims[2])]) : x;
    }

    private static Value Heads(Expansion e, Value x, int heads, params int[] perm) => e.Transpose(e.Reshape(x, x.Dims[0], x.Dims[1], heads, x.Dims[2] / heads), perm);
}
