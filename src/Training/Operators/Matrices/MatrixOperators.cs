using EdgeKit.Onnx;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Matrices;

/// <summary>The matrix products of a graph.</summary>
internal static class MatrixOperators
{
    public static Step Gemm(StepBuilder builder)
    {
        Node node = builder.Node;
        if (node.Attributes.Int("transA", 0) != 0) throw ModelException.At(node, "its first matrix is transposed, which cannot be trained through; export the model with transA=0");
        if (node.Attributes.Float("alpha", 1) != 1 || node.Attributes.Float("beta", 1) != 1)
            throw ModelException.At(node, "scales its product or bias, which cannot be trained through; export the model with alpha=1 and beta=1");
        Slot x = builder.PerImage(0), w = builder.Shared(1);
        Slot? bias = builder.Optional(2);
        int columns = node.Output.Dims[1];
        if (bias is not null && (bias.Length != columns || bias.PerImage))
            throw ModelException.At(node, $"its bias {bias} is not one number for each of {columns} columns, which cannot be trained through");
        return new LinearStep(node, bias is null ? [x, w] : [x, w, bias], builder.Outputs(), columns, node.Attributes.Int("transB", 0) != 0);
    }

    public static Step MatMul(StepBuilder builder)
    {
        Slot x = builder.PerImage(0), w = builder.Slot(1);
        if (w.PerImage || w.Shape.Length != 2) return new BatchedProductStep(builder.Node, [builder.RowMajor(x), builder.RowMajor(w)], builder.RowMajorOutputs());
        return new LinearStep(builder.Node, [builder.RowMajor(x), w], builder.RowMajorOutputs(), w.Shape[1], transposed: false);
    }
}
