namespace EdgeKit.Onnx.Passes;

/// <summary>A value written as a number times the product of values, in whatever order and nesting of Mul and Div an exporter wrote it.</summary>
/// <param name="Factor">The product of the constants of one element.</param>
/// <param name="Terms">The computed factors.</param>
internal sealed record Product(double Factor, IReadOnlyList<Value> Terms)
{
    /// <summary>The product that a Mul or Div computes; inner ones that have other readers count as one term.</summary>
    internal static Product? Of(Node node)
    {
        if (!IsProduct(node)) return null;
        var terms = new List<Value>();
        double factor = 1;
        Collect(node, terms, ref factor);
        return new Product(factor, terms);
    }

    /// <summary>Whether the product is <paramref name="factor"/> times two terms of which one fits; gives that term and the other.</summary>
    internal bool IsPair(double factor, Func<Value, Value, bool> fits, out Value x)
    {
        x = Terms[0];
        if (Terms.Count != 2 || !Rewrite.Near(Factor, factor)) return false;
        if (fits(Terms[1], Terms[0])) return true;
        x = Terms[1];
        return fits(Terms[0], Terms[1]);
    }

    private static bool IsProduct(Node node) =>
        node.Is("Mul") || (node.Is("Div") && Rewrite.Scalar(node.Optional(1)) is not null and not 0);

    private static void Collect(Node node, List<Value> terms, ref double factor)
    {
        for (int i = 0; i < 2; i++)
        {
            Value value = node.Input(i);
            if (Rewrite.Scalar(value) is { } s) factor = node.Is("Div") ? factor / s : factor * s;
            else if (Rewrite.OnlyProducer(value) is { } inner && IsProduct(inner)) Collect(inner, terms, ref factor);
            else terms.Add(value);
        }
    }
}
