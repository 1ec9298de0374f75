using System.Numerics;
using EdgeKit.Onnx;
using EdgeKit.Training.Products;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Elementwise;

/// <summary>A function of two floats with its partial derivatives.</summary>
internal interface IBinaryFunction
{
    /// <summary>Whether the derivatives are the same everywhere.</summary>
    static abstract bool IsLinear { get; }

    /// <summary>f(a, b).</summary>
    static abstract Vector<float> Value(Vector<float> a, Vector<float> b);

    /// <summary>df / da.</summary>
    static abstract Vector<float> ByFirst(Vector<float> a, Vector<float> b);

    /// <summary>df / db.</summary>
    static abstract Vector<float> BySecond(Vector<float> a, Vector<float> b);
}

/// <summary>An operator on pairs of elements, which broadcasts.</summary>
internal sealed class BinaryStep<TFunction> : Step where TFunction : struct, IBinaryFunction
{
    private const int Grain = 1 << 15;
    private const int MaxParts = 8;

    private readonly Operand _a;
    private readonly Operand _b;

    public BinaryStep(Node node, Slot?[] inputs, Slot[] outputs) : base(node, inputs, outputs)
    {
        _a = new Operand(node, Input(0), Output);
        _b = new Operand(node, Input(1), Output);
    }

    public override bool SavesInput(int index) => !TFunction.IsLinear;

    public override void Forward(Pass pass)
    {
        pass.Create(Output);
        if (_a.IsWhole && _b.IsWhole)
        {
            pass.Workers.Ranges(pass.Count(Output), Grain, (first, count) => Map(_a.Slot.Values[first..], _b.Slot.Values[first..], Output.Values[first..], count));
            return;
        }
        pass.Workers.For(Copies(pass), image =>
        {
            ReadOnlySpan<float> a = Elements(pass, _a, image, out Block? first), b = Elements(pass, _b, image, out Block? second);
            Span<float> y = Output.Values[(image * Output.Length)..];
            int whole = Output.Length / Vector<float>.Count * Vector<float>.Count;
            Map(a, b, y, whole);
            Span<float> last = stackalloc float[Vector<float>.Count];
            if (whole < Output.Length)
            {
                // The next image is another thread's.
                Map(a[whole..], b[whole..], last, 1);
                last[..(Output.Length - whole)].CopyTo(y[whole..]);
            }
            pass.Pool.Release(first);
            pass.Pool.Release(second);
        });
    }

    public override void Backward(Pass pass)
    {
        if (_a.Slot.NeedsGradient) Backward(pass, _a, first: true);
        if (_b.Slot.NeedsGradient) Backward(pass, _b, first: false);
    }

    private void Backward(Pass pass, Operand operand, bool first)
    {
        if (operand.IsWhole && TFunction.IsLinear && (first ? TFunction.ByFirst(default, default) : TFunction.BySecond(default, default)) == Vector<float>.One)
        {
            pass.Pipe(Output, operand.Slot);
            return;
        }
        Slot slot = operand.Slot;
        int copies = Copies(pass);
        if (operand.IsWhole || slot.PerImage)
        {
            Block sums = pass.Ask(slot);
            pass.Workers.For(copies, image => Chain(pass, operand, first, image, sums.Values.Slice(image * slot.Length, slot.Length), clear: true));
            pass.Give(slot, sums);
            return;
        }
        int parts = Math.Min(MaxParts, copies);
        pass.Give(slot, PartialSums.Compute(pass, parts, slot.Length, (part, sums) =>
        {
            for (int image = copies * part / parts; image < copies * (part + 1) / parts; image++) Chain(pass, operand, first, image, sums, clear: false);
        }));
    }

    /// <summary>The gradient of one image's operand, added to its sums.</summary>
    private void Chain(Pass pass, Operand operand, bool first, int image, Span<float> sums, bool clear)
    {
        int length = Output.Length;
        Block? left = null, right = null;
        ReadOnlySpan<float> a = default, b = default;
        if (!TFunction.IsLinear)
        {
            a = Elements(pass, _a, image, out left);
            b = Elements(pass, _b, image, out right);
        }
        Block product = pass.Pool.Rent(length);
        ReadOnlySpan<float> dy = Output.Gradient!.Values[(image * length)..];
        Span<float> gradient = product.Values;
        for (int i = 0; i < length; i += Vector<float>.Count)
        {
            Vector<float> u = TFunction.IsLinear ? default : Vectors.At(a, i), v = TFunction.IsLinear ? default : Vectors.At(b, i);
            Vectors.Put(Vectors.At(dy, i) * (first ? TFunction.ByFirst(u, v) : TFunction.BySecond(u, v)), gradient, i);
        }
        if (clear) sums.Clear();
        operand.Reduce(gradient[..length], sums);
        pass.Pool.Release(product);
        pass.Pool.Release(left);
        pass.Pool.Release(right);
    }

    private ReadOnlySpan<float> Elements(Pass pass, Operand operand, int image, out Block? block)
    {
        block = null;
        if (operand.IsWhole) return operand.Slot.Values[(image * Output.Length)..];
        block = pass.Pool.Rent(Output.Length);
        operand.Expand(image, block.Values[..Output.Length]);
        return block.Values;
    }

    private static void Map(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, int count)
    {
        for (int i = 0; i < count; i += Vector<float>.Count) Vectors.Put(TFunction.Value(Vectors.At(a, i), Vectors.At(b, i)), y, i);
    }
}

/// <summary>a + b.</summary>
internal readonly struct Sum : IBinaryFunction
{
    public static bool IsLinear => true;

    public static Vector<float> Value(Vector<float> a, Vector<float> b) => a + b;

    public static Vector<float> ByFirst(Vector<float> a, Vector<float> b) => Vector<float>.One;

    public static Vector<float> BySecond(Vector<float> a, Vector<float> b) => Vector<float>.One;
}

/// <summary>a - b.</summary>
internal readonly struct Difference : IBinaryFunction
{
    public static bool IsLinear => true;

    public static Vector<float> Value(Vector<float> a, Vector<float> b) => a - b;

    public static Vector<float> ByFirst(Vector<float> a, Vector<float> b) => Vector<float>.One;

    public static Vector<float> BySecond(Vector<float> a, Vector<float> b) => -Vector<float>.One;
}

/// <summary>a · b.</summary>
internal readonly struct Multiple : IBinaryFunction
{
    public static bool IsLinear => false;

    public static Vector<float> Value(Vector<float> a, Vector<float> b) => a * b;

    public static Vector<float> ByFirst(Vector<float> a, Vector<float> b) => b;

    public static Vector<float> BySecond(Vector<float> a, Vector<float> b) => a;
}

/// <summary>a / b.</summary>
internal readonly struct Quotient : IBinaryFunction
{
    public static bool IsLinear => false;

    public static Vector<float> Value(Vector<float> a, Vector<float> b) => a / b;

    public static Vector<float> ByFirst(Vector<float> a, Vector<float> b) => Vector<float>.One / b;

    public static Vector<float> BySecond(Vector<float> a, Vector<float> b) => -a / (b * b);
}
