using System.Numerics;
using System.Runtime.CompilerServices;
using EdgeKit.Onnx;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Elementwise;

/// <summary>A function of single floats with its derivative.</summary>
internal interface IUnaryFunction
{
    /// <summary>f(x).</summary>
    Vector<float> Value(Vector<float> x);

    /// <summary>f'(x); at a corner that of one side.</summary>
    Vector<float> Derivative(Vector<float> x);
}

/// <summary>An operator that applies a function to every element.</summary>
internal sealed class UnaryStep<TFunction>(Node node, Slot?[] inputs, Slot[] outputs, TFunction function) : Step(node, inputs, outputs)
    where TFunction : struct, IUnaryFunction
{
    private const int Grain = 1 << 15;

    public override bool SavesInput(int index) => true;

    public override void Forward(Pass pass)
    {
        Block x = Input(0).Data!;
        pass.Create(Output);
        pass.Workers.Ranges(pass.Count(Output), Grain, (first, count) => Map(function, x.Values[first..], Output.Values[first..], count));
    }

    public override void Backward(Pass pass)
    {
        Block x = Input(0).Data!, dy = Output.Gradient!, dx = pass.Ask(Input(0));
        pass.Workers.Ranges(pass.Count(Output), Grain, (first, count) => Chain(function, x.Values[first..], dy.Values[first..], dx.Values[first..], count));
        pass.Give(Input(0), dx);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map(TFunction function, ReadOnlySpan<float> x, Span<float> y, int count)
    {
        for (int i = 0; i < count; i += Vector<float>.Count) Vectors.Put(function.Value(Vectors.At(x, i)), y, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chain(TFunction function, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, int count)
    {
        for (int i = 0; i < count; i += Vector<float>.Count) Vectors.Put(Vectors.At(dy, i) * function.Derivative(Vectors.At(x, i)), dx, i);
    }
}
