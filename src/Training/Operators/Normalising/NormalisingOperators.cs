using EdgeKit.Onnx;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Normalising;

/// <summary>The normalisations of a graph.</summary>
internal static class NormalisingOperators
{
    public static Step BatchNormalization(StepBuilder builder)
    {
        Node node = builder.Node;
        Slot x = builder.PerImage(0);
        if (x.Shape.Length is not (2 or 4)) throw ModelException.At(node, $"normalises {x}, which cannot be trained through; [N,C] and [N,C,H,W] can");
        var statistics = new Statistics(builder.Statistic(3), builder.Statistic(4));
        (float low, float high) = builder.FollowingClamp();
        return new BatchNormStep(node, [x, builder.Shared(1), builder.Shared(2)], builder.Outputs(), statistics, low, high);
    }
}
