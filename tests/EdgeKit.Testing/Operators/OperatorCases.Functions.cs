using EdgeKit.Onnx;

namespace EdgeKit.Testing.Operators;

/// <content>Products, normalisations, activations, arithmetic and reductions.</content>
public static partial class OperatorCases
{
    private static void AddProducts(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        void Gemm(string name, int[] a, int[] b, int[]? c, params (string, object)[] attributes) =>
            add($"Gemm/{name}", s => [s.Op("Gemm", c is null ? [s.In(a), s.Weights(b)] : [s.In(a), s.Weights(b), s.Weights(c)], attributes)]);

        Gemm("plain", [3, 5], [5, 7], null);
        Gemm("classifier", [1, 40], [33, 40], [33], ("transB", 1));
        Gemm("all attributes", [5, 4], [6, 5], [4, 1], ("transA", 1), ("transB", 1), ("alpha", 0.5f), ("beta", -2f));
        Gemm("scalar C", [2, 3], [3, 4], [1], ("alpha", 2f));
        Gemm("row C", [2, 3], [3, 4], [1, 4]);

        void MatMul(string name, int[] a, int[] b) => add($"MatMul/{name}", s => [s.Op("MatMul", [s.In(a), s.In(b)])]);

        MatMul("matrices", [6, 37], [37, 35]);
        MatMul("stacks", [2, 3, 4, 5], [2, 3, 5, 6]);
        MatMul("broadcast stacks", [2, 1, 4, 5], [3, 5, 2]);
        MatMul("vector left", [5], [3, 5, 4]);
        MatMul("vector right", [3, 4, 5], [5]);
        MatMul("vectors", [5], [5]);
    }

    private static void AddNormalisations(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        void BatchNorm(string name, int[] x, params (string, object)[] attributes) => add($"BatchNormalization/{name}",
            b => [b.Op("BatchNormalization", [b.In(x), b.Weights(x[1]), b.Weights(x[1]), b.Weights(x[1]), b.Positive(x[1])], attributes)]);

        BatchNorm("4-D", [2, 4, 3, 5]);
        BatchNorm("2-D", [3, 6], ("epsilon", 0.01f));

        void LayerNorm(string name, int[] x, int[] scale, bool bias, params (string, object)[] attributes) => add($"LayerNormalization/{name}",
            b => [b.Op("LayerNormalization", bias ? [b.In(x), b.Positive(scale), b.Weights(scale)] : [b.In(x), b.Positive(scale)], attributes)]);

        LayerNorm("last axis", [2, 3, 8], [8], true);
        LayerNorm("two axes", [2, 3, 4], [3, 4], true, ("axis", 1), ("epsilon", 1e-3f));
        LayerNorm("no bias", [2, 8], [8], false, ("axis", -1));

        add("LRN/odd", b => [b.Op("LRN", [b.In(1, 7, 3, 3)], ("size", 5), ("alpha", 0.1f), ("beta", 0.6f), ("bias", 2f))]);
        add("LRN/even", b => [b.Op("LRN", [b.In(1, 6, 2, 3)], ("size", 3))]);
    }

    private static void AddActivations(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        void Function(string op, string name, float low, float high, int opset, params (string, object)[] attributes) => add($"{op}/{name}", b =>
        {
            b.Graph.Opset = opset;
            return [b.Op(op, [b.In(b.Values.Floats(low, high, 3, 17))], attributes)];
        });

        foreach (string op in new[] { "Relu", "LeakyRelu", "Elu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Erf", "Softplus", "Softsign", "Selu" }) Function(op, "default", -6, 6, 17);
        Function("LeakyRelu", "alpha", -6, 6, 17, ("alpha", 0.3f));
        Function("Elu", "alpha", -6, 6, 17, ("alpha", 0.5f));
        Function("HardSigmoid", "alpha and beta", -6, 6, 17, ("alpha", 1 / 6f), ("beta", 0.5f));
        Function("Mish", "default", -6, 6, 18);
        Function("Gelu", "exact", -6, 6, 20);
        Function("Gelu", "tanh", -6, 6, 20, ("approximate", "tanh"));
        foreach (string op in new[] { "Sqrt", "Reciprocal", "Log" }) Function(op, "positive", 0.1f, 9, 17);
        foreach (string op in new[] { "Exp", "Abs", "Neg", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos" }) Function(op, "default", -5, 5, 17);
        add("Round/halves", b => [b.Op("Round", [b.In(Tensor.Of([-2.5f, -1.5f, -0.5f, 0.5f, 1.5f, 2.5f, 0.49999997f], 7))])]);
        add("Neg/int64", b => [b.Op("Neg", [b.In(b.Values.Ints<long>(-9, 9, 6))])]);
        add("Abs/int32", b => [b.Op("Abs", [b.In(b.Values.Ints<int>(-9, 9, 6))])]);

        add("Clip/both", b => [b.Op("Clip", [b.In(4, 9), b.Constant(Tensor.Scalar(-0.5f)), b.Constant(Tensor.Scalar(1f))])]);
        add("Clip/minimum", b => [b.Op("Clip", [b.In(4, 9), b.Constant(Tensor.Scalar(-0.5f))])]);
        add("Clip/maximum", b => [b.Op("Clip", [b.In(4, 9), null, b.Constant(Tensor.Scalar(0.25f))])]);
        add("Clip/int64", b => [b.Op("Clip", [b.In(b.Values.Ints<long>(-9, 9, 8)), b.Constant(Tensor.Scalar(-2L)), b.Constant(Tensor.Scalar(3L))])]);
        add("PRelu/channels", b => [b.Op("PRelu", [b.In(2, 4, 3, 3), b.Weights(4, 1, 1)])]);
        add("PRelu/scalar", b => [b.Op("PRelu", [b.In(2, 4), b.Weights(1)])]);
        foreach (string op in new[] { "Softmax", "LogSoftmax" })
        {
            add($"{op}/last axis", b => [b.Op(op, [b.In(3, 10)], ("axis", -1))]);
            add($"{op}/channels", b => [b.Op(op, [b.In(2, 5, 3, 4)], ("axis", 1))]);
            add($"{op}/large values", b => [b.Op(op, [b.In(b.Values.Floats(-300, 300, 2, 12))], ("axis", 1))]);
        }
        add("edgekit:Silu/default", b => [b.Op("edgekit:Silu", [b.In(b.Values.Floats(-6, 6, 4, 9))])]);
    }

    private static void AddArithmetic(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        foreach (string op in new[] { "Add", "Sub", "Mul", "Div", "Min", "Max" })
        {
            add($"{op}/same shape", b => [b.Op(op, [b.In(2, 3, 4), b.In(b.Values.Floats(0.5f, 3, 2, 3, 4))])]);
            add($"{op}/channels", b => [b.Op(op, [b.In(2, 3, 4, 2), b.In(b.Values.Floats(0.5f, 3, 3, 1, 1))])]);
            add($"{op}/both broadcast", b => [b.Op(op, [b.In(3, 1, 4), b.In(b.Values.Floats(0.5f, 3, 2, 1))])]);
            add($"{op}/scalar", b => [b.Op(op, [b.In(3, 5), b.Constant(Tensor.Scalar(1.7f))])]);
            add($"{op}/int64", b => [b.Op(op, [b.In(b.Values.Ints<long>(-50, 50, 3, 4)), b.In(b.Values.Ints<long>(1, 9, 4))])]);
            add($"{op}/int32", b => [b.Op(op, [b.In(b.Values.Ints<int>(-50, 50, 3, 4)), b.In(b.Values.Ints<int>(1, 9, 4))])]);
        }
        add("Pow/floats", b => [b.Op("Pow", [b.In(b.Values.Floats(0.1f, 3, 4, 5)), b.In(4, 5)])]);
        add("Pow/square", b => [b.Op("Pow", [b.In(4, 5), b.Constant(Tensor.Scalar(2f))])]);
        add("Pow/integer exponent", b => [b.Op("Pow", [b.In(4, 5), b.Constant(Tensor.Scalar(3L))])]);
        add("Mod/int64", b => [b.Op("Mod", [b.In(b.Values.Ints<long>(-20, 20, 10)), b.Constant(Tensor.Scalar(7L))])]);
        add("Mod/negative divisor", b => [b.Op("Mod", [b.In(b.Values.Ints<int>(-20, 20, 10)), b.Constant(Tensor.Scalar(-7))])]);
        add("Mod/fmod", b => [b.Op("Mod", [b.In(10), b.Constant(Tensor.Scalar(0.7f))], ("fmod", 1))]);
        foreach (string op in new[] { "Sum", "Mean", "Min", "Max" }) add($"{op}/three inputs", b => [b.Op(op, [b.In(2, 3), b.In(3), b.In(2, 1)])]);
        foreach (string op in new[] { "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual" })
        {
            add($"{op}/int64", b => [b.Op(op, [b.In(b.Values.Ints<long>(0, 3, 4, 5)), b.In(b.Values.Ints<long>(0, 3, 5))])]);
            add($"{op}/float", b => [b.Op(op, [b.In(4, 5), b.In(4, 1)])]);
        }
        add("Equal/bool", b => [b.Op("Equal", [b.In(b.Values.Bools(12)), b.In(b.Values.Bools(12))])]);
        foreach (string op in new[] { "And", "Or", "Xor" }) add($"{op}/broadcast", b => [b.Op(op, [b.In(b.Values.Bools(3, 4)), b.In(b.Values.Bools(4))])]);
        add("Not/bool", b => [b.Op("Not", [b.In(b.Values.Bools(7))])]);
    }

    private static void AddReductions(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        string[] all = ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp"];
        foreach (string op in all)
        {
            float low = op == "ReduceLogSum" ? 0.1f : -2;
            add($"{op}/spatial", b => [b.Op(op, [b.In(b.Values.Floats(low, 2, 2, 3, 4, 4))], ("axes", new[] { 2, 3 }), ("keepdims", 1))]);
            add($"{op}/one axis away", b => [b.Op(op, [b.In(b.Values.Floats(low, 2, 3, 4, 5))], ("axes", new[] { -2 }), ("keepdims", 0))]);
            add($"{op}/everything", b => [b.Op(op, [b.In(b.Values.Floats(low, 2, 3, 4))], ("keepdims", 0))]);
        }
        add("ReduceSum/outer axes", b => [b.Op("ReduceSum", [b.In(3, 4, 5)], ("axes", new[] { 0, 2 }))]);
        add("ReduceProd/int64", b => [b.Op("ReduceProd", [b.In(b.Values.Ints<long>(1, 5, 4))], ("axes", new[] { 0 }), ("keepdims", 0))]);
        add("ReduceMax/int32", b => [b.Op("ReduceMax", [b.In(b.Values.Ints<int>(-9, 9, 3, 4))], ("axes", new[] { 1 }))]);
        foreach (string op in new[] { "ArgMax", "ArgMin" })
        {
            add($"{op}/channels", b => [b.Op(op, [b.In(2, 5, 3, 3)], ("axis", 1))]);
            add($"{op}/last axis away", b => [b.Op(op, [b.In(4, 9)], ("axis", -1), ("keepdims", 0))]);
            add($"{op}/last of equals", b => [b.Op(op, [b.In(Tensor.Of([1f, 3, 3, 1], 1, 4))], ("axis", 1), ("select_last_index", 1))]);
        }
    }
}
