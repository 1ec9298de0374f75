using EdgeKit.Onnx;

namespace EdgeKit.Testing.Operators;

/// <summary>Small cases of every operator that the reference operators know, over shapes and attributes, and a few small nets.</summary>
public static partial class OperatorCases
{
    private static readonly Dictionary<string, Func<CaseBuilder, Value[]>> Table = Collect();

    /// <summary>The names, in a fixed order. They read "operator/variant".</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Keys];

    /// <summary>Builds a case.</summary>
    public static OperatorCase Create(string name)
    {
        var builder = new CaseBuilder(name);
        return builder.Build(Table[name](builder));
    }

    private static Dictionary<string, Func<CaseBuilder, Value[]>> Collect()
    {
        var table = new Dictionary<string, Func<CaseBuilder, Value[]>>(StringComparer.Ordinal);
        AddConvolutions(table.Add);
        AddPoolings(table.Add);
        AddProducts(table.Add);
        AddNormalisations(table.Add);
        AddActivations(table.Add);
        AddArithmetic(table.Add);
        AddReductions(table.Add);
        AddShaping(table.Add);
        AddSelections(table.Add);
        AddResizing(table.Add);
        AddQuantization(table.Add);
        AddQuantizedOperators(table.Add);
        AddNets(table.Add);
        return table;
    }
}
