using EdgeKit.Onnx;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Moving;

/// <summary>The operators of a graph that move elements.</summary>
internal static class MovingOperators
{
    /// <summary>An operator that moves its first input.</summary>
    public static Step First(StepBuilder builder) => Tracer.Trace(builder.Node, builder.Slots(), builder.Outputs(), 1);

    /// <summary>An operator that moves all its inputs.</summary>
    public static Step All(StepBuilder builder) => Tracer.Trace(builder.Node, builder.Slots(), builder.Outputs(), builder.Node.Inputs.Count);

    /// <summary>Resize: to the nearest element it moves, linearly it mixes.</summary>
    public static Step Resize(StepBuilder builder) => builder.Node.Attributes.String("mode", "nearest") switch
    {
        "nearest" => First(builder),
        "linear" when builder.Node.Attributes.Int("antialias", 0) != 0 => throw ModelException.At(builder.Node, "antialiasing cannot be trained through"),
        "linear" => InterpolationStep.Of(builder),
        string mode => throw ModelException.At(builder.Node, $"mode '{mode}' cannot be trained through; nearest and linear can"),
    };
}
