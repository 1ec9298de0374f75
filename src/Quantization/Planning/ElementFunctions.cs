using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>The functions of one element that read a group of values.</summary>
internal static class ElementFunctions
{
    /// <summary>What is applied to the group's values, in INT8 or in float, where that is all that reads them; else none.</summary>
    public static Func<float[], float[]>[] Of(ScaleGroup group, QuantizationPlan plan)
    {
        Node[] readers = [.. group.Members.SelectMany(static v => v.Consumers).Where(n => !(plan.IsQuantized(n) && QuantizableOperators.KindOf(n) == OperatorKind.DataMovement)).Distinct()];
        bool only = readers.Length > 0 && !group.Members.Any(plan.Graph.IsOutput)
            && readers.All(static n => QuantizableOperators.KindOf(n) == OperatorKind.Function && !n.Is("PRelu"));
        return only ? [.. readers.Select(static n => (Func<float[], float[]>)(x => Apply(n, x)))] : [];
    }

    /// <summary>What a function gives for some arguments.</summary>
    internal static float[] Apply(Node function, float[] arguments) =>
        ReferenceOperators.Evaluate(function, [Tensor.Of(arguments, arguments.Length), .. function.Inputs.Skip(1).Select(static v => v?.Constant)])[0].ToFloats();
}
