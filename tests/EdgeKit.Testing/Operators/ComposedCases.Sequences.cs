using EdgeKit.Onnx;

namespace EdgeKit.Testing.Operators;

/// <content>Recurrent layers, operators on indices, and products.</content>
public static partial class ComposedCases
{
    private const int Steps = 5, Batch = 2, Inputs = 3, Hidden = 4;

    private static void AddRecurrent(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        foreach ((string kind, int gates) in new[] { ("LSTM", 4), ("GRU", 3), ("RNN", 1) })
        {
            foreach ((string direction, int count) in new[] { ("forward", 1), ("reverse", 1), ("bidirectional", 2) })
            {
                Value[] Layer(CaseBuilder b, bool bias, bool state, bool peepholes, params (string, object)[] attributes)
                {
                    Value?[] inputs =
                    [
                        b.In(Steps, Batch, Inputs), b.Weights(count, gates * Hidden, Inputs), b.Weights(count, gates * Hidden, Hidden), bias ? b.Weights(count, 2 * gates * Hidden) : null, null,
                        state ? b.In(count, Batch, Hidden) : null, state && kind == "LSTM" ? b.In(count, Batch, Hidden) : null, peepholes ? b.Weights(count, 3 * Hidden) : null,
                    ];
                    while (inputs[^1] is null) inputs = inputs[..^1];
                    return [.. b.Node(kind, inputs, kind == "LSTM" ? 3 : 2, [("direction", direction), ("hidden_size", Hidden), .. attributes]).Outputs];
                }

                add($"{kind}/{direction}", b => Layer(b, bias: true, state: false, peepholes: false));
                add($"{kind}/{direction}, initial state", b => Layer(b, bias: true, state: true, peepholes: false));
                add($"{kind}/{direction}, no bias", b => Layer(b, bias: false, state: true, peepholes: false));
                if (kind == "LSTM") add($"{kind}/{direction}, peepholes", b => Layer(b, bias: true, state: true, peepholes: true));
                if (kind == "LSTM" && count == 1) add($"{kind}/{direction}, clip and coupled gates", b => Layer(b, bias: true, state: true, peepholes: false, ("clip", 0.7f), ("input_forget", 1)));
                if (kind != "GRU") continue;
                add($"{kind}/{direction}, linear before reset", b => Layer(b, bias: true, state: false, peepholes: false, ("linear_before_reset", 1)));
                add($"{kind}/{direction}, linear before reset, initial state", b => Layer(b, bias: true, state: true, peepholes: false, ("linear_before_reset", 1)));
            }
        }
        add("RNN/other activations", static b => [.. b.Node("RNN", [b.In(Steps, Batch, Inputs), b.Weights(2, Hidden, Inputs), b.Weights(2, Hidden, Hidden)], 2,
            ("direction", "bidirectional"), ("hidden_size", Hidden), ("activations", new[] { "Relu", "LeakyRelu" }), ("activation_alpha", new[] { 0.2f })).Outputs]);
        add("LSTM/other activations", static b => [.. b.Node("LSTM", [b.In(Steps, Batch, Inputs), b.Weights(1, 4 * Hidden, Inputs), b.Weights(1, 4 * Hidden, Hidden)], 3,
            ("hidden_size", Hidden), ("activations", new[] { "HardSigmoid", "Tanh", "Softsign" }), ("activation_alpha", new[] { 0.3f }), ("activation_beta", new[] { 0.4f })).Outputs]);
        add("LSTM/one step", static b => [.. b.Node("LSTM", [b.In(1, 1, Inputs), b.Weights(1, 4 * Hidden, Inputs), b.Weights(1, 4 * Hidden, Hidden)], 3, ("hidden_size", Hidden)).Outputs]);
    }

    private static void AddIndexing(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        static Tensor Indices(params long[] values) => Tensor.Of(values, 2, values.Length / 2);

        add("GatherElements/columns", static b => [b.Op("GatherElements", [b.In(3, 4), b.In(Indices(0, -1, 2, 1, 3, 0))], ("axis", 1))]);
        add("GatherElements/rows", static b => [b.Op("GatherElements", [b.In(3, 4), b.In(Indices(0, -1, 2, 1))], ("axis", 0))]);
        add("ScatterElements/rows", static b => [b.Op("ScatterElements", [b.In(3, 4), b.In(Indices(0, 1, 2, 1)), b.In(2, 2)], ("axis", 0))]);
        foreach (string reduction in new[] { "add", "mul", "max", "min" })
            add($"ScatterElements/{reduction}", b => [b.Op("ScatterElements", [b.In(3, 4), b.In(Indices(0, 1, 0, 1, 3, 1)), b.In(2, 3)], ("axis", 1), ("reduction", reduction))]);
        add("ScatterND/slices", static b => [b.Op("ScatterND", [b.In(4, 3, 2), b.In(Indices(1, 3)), b.In(2, 3, 2)])]);
        add("ScatterND/elements, add", static b => [b.Op("ScatterND", [b.In(4, 3), b.In(Tensor.Of([1L, 2, 1, 2, 0, 0], 3, 2)), b.In(3)], ("reduction", "add"))]);
        add("GatherND/elements", static b => [b.Op("GatherND", [b.In(3, 4, 2), b.In(Tensor.Of([0L, 3, -1, 1], 2, 2))])]);
        add("GatherND/batches", static b => [b.Op("GatherND", [b.In(2, 4, 3), b.In(Tensor.Of([3L, 0], 2, 1))], ("batch_dims", 1))]);
        add("TopK/largest", static b => [.. b.Node("TopK", [b.In(3, 7), b.Ints(4)], 2).Outputs]);
        add("TopK/smallest along rows", static b => [.. b.Node("TopK", [b.In(6, 3), b.Ints(2)], 2, ("axis", 0), ("largest", 0)).Outputs]);
        add("OneHot/last", static b => [b.Op("OneHot", [b.In(Indices(0, 3, -1, 9)), b.Constant(Tensor.Scalar(4L)), b.Constant(Tensor.Of([-1f, 5], 2))])]);
        add("OneHot/first", static b => [b.Op("OneHot", [b.In(Indices(0, 2, 1, 1)), b.Constant(Tensor.Scalar(3L)), b.Constant(Tensor.Of([0f, 1], 2))], ("axis", 0))]);
        foreach (int upper in new[] { 0, 1 })
            add($"Trilu/upper {upper}", b => [b.Op("Trilu", [b.In(2, 4, 5), b.Constant(Tensor.Scalar(-1L))], ("upper", upper))]);
        add("CumSum/exclusive", static b => [b.Op("CumSum", [b.In(3, 4), b.Constant(Tensor.Scalar(1L))], ("exclusive", 1))]);
        add("CumSum/reverse", static b => [b.Op("CumSum", [b.In(3, 4), b.Constant(Tensor.Scalar(0L))], ("reverse", 1))]);
        add("Hardmax/last", static b => [b.Op("Hardmax", [b.In(3, 6)])]);
        add("EyeLike/diagonal", static b => [b.Op("EyeLike", [b.In(3, 4)], ("k", 1))]);
        add("ReverseSequence/time first", static b => [b.Op("ReverseSequence", [b.In(5, 3), b.In(Tensor.Vector(5, 1, 3))], ("time_axis", 0), ("batch_axis", 1))]);
        add("CastLike/to int32", static b => [b.Op("CastLike", [b.In(3, 4), b.Constant(Tensor.Scalar(1))])]);
        add("Celu/default", static b => [b.Op("Celu", [b.In(3, 4)])]);
        add("Celu/alpha 2", static b => [b.Op("Celu", [b.In(3, 4)], ("alpha", 2f))]);
        add("ThresholdedRelu/default", static b => [b.Op("ThresholdedRelu", [b.In(3, 4)])]);
        add("Shrink/soft", static b => [b.Op("Shrink", [b.In(3, 8)], ("lambd", 0.6f), ("bias", 0.6f))]);
    }

    private static void AddProducts(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        void Einsum(string equation, params int[][] shapes) => add($"Einsum/{equation}", b => [b.Op("Einsum", [.. shapes.Select(s => (Value?)b.In(s))], ("equation", equation))]);

        Einsum("ij->ji", [3, 4]);
        Einsum("ij->i", [3, 4]);
        Einsum("ij,jk->ik", [3, 4], [4, 5]);
        Einsum("bij,bjk->bik", [2, 3, 4], [2, 4, 5]);
        Einsum("bhqd,bhkd->bhqk", [2, 3, 4, 5], [2, 3, 6, 5]);
        Einsum("nchw,nhwk->nck", [2, 3, 4, 5], [2, 4, 5, 2]);
        Einsum("ij,ik->jk", [3, 4], [3, 5]);
        Einsum("...ij,...jk->...ik", [2, 3, 4], [2, 4, 5]);
        Einsum("ij,jk", [3, 4], [4, 5]);
        Value[] Heads(CaseBuilder b, int memory, bool bias, bool mask)
        {
            Value q = b.In(2, 5, 12), k = b.In(2, memory, 12), v = b.In(2, memory, 18);
            Value?[] inputs = [q, k, v, bias ? b.Weights(42) : null, null, mask ? b.In(2, 3, 5, memory) : null];
            while (inputs[^1] is null) inputs = inputs[..^1];
            return [b.Op("com.microsoft:MultiHeadAttention", inputs, ("num_heads", 3))];
        }

        add("MultiHeadAttention/self", b => Heads(b, 5, bias: false, mask: false));
        add("MultiHeadAttention/cross, bias", b => Heads(b, 7, bias: true, mask: false));
        add("MultiHeadAttention/additive mask", b => Heads(b, 7, bias: true, mask: true));
        add("SimplifiedLayerNormalization/last", static b => [b.Op("SimplifiedLayerNormalization", [b.In(2, 3, 8), b.Positive(8)], ("epsilon", 1e-5f))]);
        add("Attention/scaled dot product", static b =>
        {
            Value q = b.In(1, 2, 6, 8), k = b.In(1, 2, 6, 8), v = b.In(1, 2, 6, 8);
            Value scores = b.Op("Mul", [b.Op("MatMul", [q, b.Op("Transpose", [k], ("perm", new[] { 0, 1, 3, 2 }))]), b.Constant(Tensor.Scalar(1 / MathF.Sqrt(8)))]);
            return [b.Op("MatMul", [b.Op("Softmax", [scores], ("axis", -1)), v])];
        });
    }
}
