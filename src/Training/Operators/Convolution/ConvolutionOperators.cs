using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Convolution;

/// <summary>The convolution operators of a graph.</summary>
internal static class ConvolutionOperators
{
    public static Step Conv(StepBuilder builder)
    {
        Slot x = builder.FeatureMap(0), w = builder.Shared(1);
        Slot? bias = builder.Optional(2);
        Slot[] outputs = builder.Outputs();
        int groups = builder.Node.Attributes.Int("group", 1);
        Geometry geometry = Geometry.Of(builder.Node, x.Shape, outputs[0].Shape, w.Shape[2], w.Shape[3]);
        Slot?[] inputs = bias is null ? [x, w] : [x, w, bias];
        return groups > 1 && groups == x.Channels && w.Shape[0] == groups
            ? new DepthwiseStep(builder.Node, inputs, outputs, geometry)
            : new ConvolutionStep(builder.Node, inputs, outputs, geometry, groups);
    }

    public static Step ConvTranspose(StepBuilder builder)
    {
        Slot x = builder.FeatureMap(0), w = builder.Shared(1);
        Slot? bias = builder.Optional(2);
        Slot[] outputs = builder.Outputs();
        // The convolution that this one turns around: from its output to its input.
        Geometry geometry = Geometry.Of(builder.Node, outputs[0].Shape, x.Shape, w.Shape[2], w.Shape[3]);
        return new TransposedStep(builder.Node, bias is null ? [x, w] : [x, w, bias], outputs, geometry, builder.Node.Attributes.Int("group", 1));
    }
}
