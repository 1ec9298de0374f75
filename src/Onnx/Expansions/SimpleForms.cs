namespace EdgeKit.Onnx.Expansions;

/// <summary>Operators that are another one with other operands.</summary>
internal static class SimpleForms
{
    /// <summary>CastLike is Cast to the type of input 1.</summary>
    public static IReadOnlyList<Value?>? CastLike(Expansion e) => [e.Add("Cast", [e.Input(0)], ("to", (int)e.Input(1).Type))];

    /// <summary>Celu is Elu of x / alpha, times alpha.</summary>
    public static IReadOnlyList<Value?>? Celu(Expansion e)
    {
        float alpha = e.Attributes.Float("alpha", 1);
        return [e.Add("Mul", [e.Add("Elu", [e.Add("Div", [e.Input(0), e.Number(alpha)])]), e.Number(alpha)])];
    }
}
