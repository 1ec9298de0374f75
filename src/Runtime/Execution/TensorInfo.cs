using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Execution;

/// <summary>Description of a tensor of a loaded plan.</summary>
/// <param name="Name">Name in the ONNX model.</param>
/// <param name="Type">Element type.</param>
/// <param name="Dims">Physical dimensions, outermost first: NHWC for feature maps.</param>
/// <param name="Order">Relation of <paramref name="Dims"/> to the model's dimension order.</param>
/// <param name="Scale">Scale of an INT8 tensor.</param>
/// <param name="ZeroPoint">Zero point of an INT8 tensor.</param>
/// <param name="PixelStride">Elements from one position of the second innermost dimension to the next: more than the innermost dimension in a view of some channels of a wider tensor.</param>
public sealed record TensorInfo(string Name, PlanType Type, int[] Dims, PlanOrder Order, float Scale, int ZeroPoint, int PixelStride)
{
    /// <summary>Size of the innermost dimension.</summary>
    public int Channels => Dims.Length == 0 ? 1 : Dims[^1];

    /// <summary>Dimensions in the model's order: NCHW for feature maps.</summary>
    public int[] LogicalDims
    {
        get
        {
            if (Order == PlanOrder.Logical) return Dims;
            int rank = Dims.Length;
            int[] logical = new int[rank];
            logical[0] = Dims[0];
            logical[1] = Dims[rank - 1];
            for (int i = 2; i < rank; i++) logical[i] = Dims[i - 1];
            return logical;
        }
    }

    /// <summary>Number of elements.</summary>
    public int ElementCount
    {
        get
        {
            int count = 1;
            foreach (int dim in Dims) count = checked(count * dim);
            return count;
        }
    }
}
