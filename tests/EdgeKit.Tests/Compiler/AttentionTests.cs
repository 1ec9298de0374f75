using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Testing;
using EdgeKit.Testing.Operators;
using EdgeKit.Tests.Runtime;
using Xunit;

namespace EdgeKit.Tests.Compiler;

/// <summary>Attention as one operator has the bits of the operators that it is made of.</summary>
public sealed class AttentionTests
{
    [Theory]
    [InlineData("query", 1, 1)]
    [InlineData("query", 37, 37)]
    [InlineData("query", 5, 197)]
    [InlineData("scores", 33, 50)]
    [InlineData("quotient", 33, 50)]
    [InlineData("none", 64, 64)]
    [InlineData("query mask", 37, 37)]
    [InlineData("scores mask of heads", 6, 9)]
    [InlineData("query mask of keys", 7, 11)]
    [InlineData("query mask computed", 7, 11)]
    [InlineData("query kept", 7, 11)]
    public void Has_the_bits_of_its_parts(string form, int queries, int keys)
    {
        (Graph graph, Dictionary<string, Tensor> feeds) = Attention(form, queries, keys, depth: 20);
        float[] expected = Run(graph, feeds, 1, Optimizations.Attention, out int fused);
        Assert.Equal(0, fused);
        foreach (int threads in new[] { 1, 3 })
        {
            Assert.Equal(expected, Run(graph, feeds, threads, Optimizations.None, out fused));
            Assert.Equal(1, fused);
        }
    }

    /// <summary>A factor that is no power of two in place of a divisor: scores differ in the last bit.</summary>
    [Fact]
    public void Scores_divided_by_any_number_are_close()
    {
        (Graph graph, Dictionary<string, Tensor> feeds) = Attention("quotient", 33, 50, depth: 20, divisor: 4.4721f);
        float[] expected = Run(graph, feeds, 1, Optimizations.Attention, out _), actual = Run(graph, feeds, 1, Optimizations.None, out int fused);
        Assert.Equal(1, fused);
        Closeness.AssertWithin(1e-6, expected, actual, "attention");
    }

    [Theory]
    [InlineData("query", 3, AttentionParameters.MaxKeys + 1, 4)]
    [InlineData("query", 3, 5, AttentionParameters.MaxDepth + 1)]
    [InlineData("query", 3, 1024, 96)]
    [InlineData("read scores", 3, 5, 4)]
    [InlineData("softmax of queries", 3, 5, 4)]
    [InlineData("query mask of queries", 3, 5, 4)]
    public void What_is_too_large_or_another_form_stays_apart(string form, int queries, int keys, int depth)
    {
        (Graph graph, Dictionary<string, Tensor> feeds) = Attention(form, queries, keys, depth);
        float[] actual = Run(graph, feeds, 1, Optimizations.None, out int fused);
        Assert.Equal(0, fused);
        Closeness.AssertWithin(1e-5, ReferenceExecutor.Run(graph, feeds)[graph.Outputs[0].Name].ToFloats(), actual, form);
    }

    [Fact]
    public void Parameters_that_leave_the_tensors_are_refused()
    {
        (Graph graph, _) = Attention("query mask", 5, 7, depth: 8);
        byte[] file = PlanCompiler.Compile(graph);
        int at = new PlanImage(file).Plan.AsSpan().IndexOf(MemoryMarshal.AsBytes<int>([1, 2, 5, 7, 8, 8]));
        Assert.True(at > 0);
        for (int word = 0; word < Unsafe.SizeOf<AttentionParameters>() / sizeof(int); word++)
        {
            if (word is 6 or 7) continue; // The two factors.
            AssertRefused(word, -1);
            // There is one picture, so the step to the next is not used.
            if (word is not (9 or 13 or 17 or 21 or 25)) AssertRefused(word, int.MaxValue);
        }

        void AssertRefused(int word, int value)
        {
            var image = new PlanImage(file);
            BitConverter.TryWriteBytes(image.Plan.AsSpan(at + word * sizeof(int)), value);
            PlanException e = Assert.Throws<PlanException>(() => Session.Load(PlanFile.Parse(image.ToFile(), "broken")).Dispose());
            Assert.Contains(" has ", e.Message, StringComparison.Ordinal);
        }
    }

    private static float[] Run(Graph graph, Dictionary<string, Tensor> feeds, int threads, Optimizations without, out int fused)
    {
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph, new CompileOptions { Without = without }), "test"), new SessionOptions { Threads = threads });
        for (int i = 0; i < graph.Inputs.Count; i++) session.SetInput(i, feeds[graph.Inputs[i].Name].AsSpan<float>());
        session.Run();
        fused = Enumerable.Range(0, session.OperatorCount).Count(i => session.Operator(i).Kind == OperatorKind.Attention);
        return session.GetOutput(0);
    }

    /// <summary>Two heads, from rows of both heads, but for the form "none": that has queries, keys and values as they are, of rank 3.</summary>
    private static (Graph, Dictionary<string, Tensor>) Attention(string form, int queries, int keys, int depth, float divisor = 4)
    {
        const int heads = 2;
        var b = new CaseBuilder(form);
        if (form == "none") return Done(b, b.Op("MatMul", [b.Op("Softmax", [b.Op("MatMul", [b.In(heads, queries, depth), b.In(heads, depth, keys)])], ("axis", 2)), b.In(heads, keys, depth + 3)]));
        Value q = Heads(queries, 0, 2, 1, 3), k = Heads(keys, 0, 2, 3, 1), v = Heads(keys, 0, 2, 1, 3);
        Value number = b.Constant(Tensor.Scalar(form.StartsWith("quotient", StringComparison.Ordinal) ? divisor : 0.3f));
        Value scores = form switch
        {
            "quotient" => b.Op("Div", [b.Op("MatMul", [q, k]), number]),
            _ when form.StartsWith("scores", StringComparison.Ordinal) => b.Op("Mul", [number, b.Op("MatMul", [q, k])]),
            _ => b.Op("MatMul", [b.Op("Mul", [q, number]), k]),
        };
        Value read = scores;
        if (form.EndsWith("mask", StringComparison.Ordinal)) scores = b.Op("Add", [scores, b.Weights(queries, keys)]);
        if (form.EndsWith("of heads", StringComparison.Ordinal)) scores = b.Op("Add", [b.Weights(1, heads, queries, keys), scores]);
        if (form.EndsWith("of keys", StringComparison.Ordinal)) scores = b.Op("Add", [scores, b.Weights(1, 1, 1, keys)]);
        if (form.EndsWith("mask of queries", StringComparison.Ordinal)) scores = b.Op("Add", [scores, b.Weights(queries, 1)]);
        if (form.EndsWith("computed", StringComparison.Ordinal)) scores = b.Op("Add", [scores, b.In(queries, keys)]);
        Value mixed = b.Op("MatMul", [b.Op("Softmax", [scores], ("axis", form == "softmax of queries" ? 2 : -1)), v]);
        if (form == "softmax of queries") return Done(b, mixed);
        if (form == "query kept") return Done(b, b.Op("Relu", [mixed]));
        Value joined = b.Op("Reshape", [b.Op("Transpose", [mixed], ("perm", new[] { 0, 2, 1, 3 })), b.Ints(1, queries, heads * depth)]);
        return form == "read scores" ? Done(b, joined, read) : Done(b, joined);

        Value Heads(int rows, params int[] order) => b.Op("Transpose", [b.Op("Reshape", [b.In(1, rows, heads * depth), b.Ints(1, rows, heads, depth)])], ("perm", order));
    }

    private static (Graph, Dictionary<string, Tensor>) Done(CaseBuilder b, params Value[] outputs)
    {
        OperatorCase test = b.Build(outputs);
        return (test.Inferred(), new Dictionary<string, Tensor>(test.Feeds));
    }
}
