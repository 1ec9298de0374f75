using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Expansions;

/// <summary>Einsum of one operand, or of two as a product of matrices: letters of both and of the result are a batch, letters of both alone are summed over.</summary>
internal static class Einsum
{
    private const string BatchLetters = "\u0391\u0392\u0393\u0394\u0395\u0396\u0397\u0398";

    public static IReadOnlyList<Value?>? Expand(Expansion e)
    {
        (string[] operands, string result) = Parse(e);
        if (operands.Length != e.Node.Inputs.Count || operands.Length > 2) throw new ModelException($"has {e.Node.Inputs.Count} operands in '{e.Attributes.String("equation", "")}'; one and two are supported");
        if (operands.Append(result).Any(static letters => letters.Distinct().Count() != letters.Length))
            throw new ModelException($"'{e.Attributes.String("equation", "")}' takes a diagonal, which is not supported");
        if (result.Except(operands.SelectMany(static o => o)).Any()) throw new ModelException("a letter of the result is in no operand");
        if (operands.Length == 1) return [Arrange(e, SumOut(e, e.Input(0), ref operands[0], result), operands[0], result)];

        Value a = SumOut(e, e.Input(0), ref operands[0], operands[1] + result), b = SumOut(e, e.Input(1), ref operands[1], operands[0] + result);
        Dictionary<char, int> sizes = Sizes((operands[0], a.Dims), (operands[1], b.Dims));
        string batch = string.Concat(operands[0].Where(c => operands[1].Contains(c) && result.Contains(c)));
        string inner = string.Concat(operands[0].Where(c => operands[1].Contains(c) && !result.Contains(c)));
        string left = string.Concat(operands[0].Except(operands[1])), right = string.Concat(operands[1].Except(operands[0]));
        int Count(string letters) => NodeShapes.Product([.. letters.Select(c => sizes[c])]);
        Value rows = e.Reshape(Arrange(e, a, operands[0], batch + left + inner), Count(batch), Count(left), Count(inner));
        Value columns = e.Reshape(Arrange(e, b, operands[1], batch + inner + right), Count(batch), Count(inner), Count(right));
        Value product = e.Reshape(e.Add("MatMul", [rows, columns]), [.. (batch + left + right).Select(c => sizes[c])]);
        return [Arrange(e, product, batch + left + right, result)];
    }

    private static (string[] Operands, string Result) Parse(Expansion e)
    {
        string equation = e.Attributes.String("equation", "").Replace(" ", "", StringComparison.Ordinal);
        string[] sides = equation.Split("->");
        string[] operands = sides[0].Split(',');
        string letters = string.Concat(operands);
        // Without a right side: the letters that occur once, in alphabetical order.
        string result = sides.Length > 1 ? sides[1]
            : (letters.Contains("...", StringComparison.Ordinal) ? "..." : "") + string.Concat(letters.Where(c => char.IsLetter(c) && letters.Count(d => d == c) == 1).Order());
        int spread = 0;
        for (int i = 0; i < operands.Length && i < e.Node.Inputs.Count; i++)
        {
            int rank = e.Input(i).Dims.Length;
            if (operands[i].Contains("...", StringComparison.Ordinal)) spread = Math.Max(spread, rank - (operands[i].Length - 3));
        }
        if (spread > BatchLetters.Length) throw new ModelException($"'{equation}' stands for too many dimensions");
        for (int i = 0; i < operands.Length && i < e.Node.Inputs.Count; i++)
        {
            int rank = e.Input(i).Dims.Length, own = Math.Clamp(rank - (operands[i].Length - 3), 0, spread);
            operands[i] = operands[i].Replace("...", BatchLetters[(spread - own)..spread], StringComparison.Ordinal);
            if (operands[i].Length != rank || !operands[i].All(char.IsLetter)) throw new ModelException($"'{equation}' does not fit operand {i} of shape {NodeShapes.Text(e.Input(i).Dims)}");
        }
        return (operands, result.Replace("...", BatchLetters[..spread], StringComparison.Ordinal));
    }

    private static Dictionary<char, int> Sizes(params (string Letters, int[] Dims)[] operands)
    {
        var sizes = new Dictionary<char, int>();
        foreach ((string letters, int[] dims) in operands)
        {
            for (int i = 0; i < letters.Length; i++)
            {
                if (!sizes.TryAdd(letters[i], dims[i]) && sizes[letters[i]] != dims[i]) throw new ModelException($"dimension '{letters[i]}' is {sizes[letters[i]]} in one operand and {dims[i]} in the other");
            }
        }
        return sizes;
    }

    private static Value SumOut(Expansion e, Value x, ref string letters, string kept)
    {
        string all = letters;
        int[] axes = [.. Enumerable.Range(0, all.Length).Where(i => !kept.Contains(all[i]))];
        if (axes.Length == 0) return x;
        letters = string.Concat(all.Where(kept.Contains));
        return e.Add("ReduceSum", [x], ("axes", axes), ("keepdims", 0));
    }

    private static Value Arrange(Expansion e, Value x, string from, string to) => from == to ? x : e.Transpose(x, [.. to.Select(c => from.IndexOf(c, StringComparison.Ordinal))]);
}
