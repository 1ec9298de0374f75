using EdgeKit.Compiler.Ir;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>The two dimension orders: the model's (NCHW) and channels-last (NHWC), for tensors of rank 3 and more.</summary>
internal static class Layout
{
    public static int[] PermutationToChannelsLast(int rank) => [0, .. Enumerable.Range(2, rank - 2), 1];

    public static int[] PermutationToLogical(int rank) => [0, rank - 1, .. Enumerable.Range(1, rank - 2)];

    public static int[] ToChannelsLast(int[] logical) => Apply(PermutationToChannelsLast(logical.Length), logical);

    public static int[] ToLogical(int[] channelsLast) => Apply(PermutationToLogical(channelsLast.Length), channelsLast);

    /// <summary>Physical position of a logical axis.</summary>
    public static int Axis(int axis, int rank, PlanOrder order)
    {
        if (axis < 0) axis += rank;
        return order == PlanOrder.Logical ? axis : axis switch { 0 => 0, 1 => rank - 1, _ => axis - 1 };
    }

    /// <summary>Whether both orders are the same bytes: one channel, or one position.</summary>
    public static bool OrdersCoincide(int[] logical)
    {
        int positions = 1;
        for (int i = 2; i < logical.Length; i++) positions *= logical[i];
        return logical[1] == 1 || positions == 1;
    }

    public static int[] Apply(int[] permutation, int[] dims) => Array.ConvertAll(permutation, i => dims[i]);

    public static int[] Strides(int[] dims)
    {
        int[] strides = new int[dims.Length];
        int step = 1;
        for (int i = dims.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= dims[i];
        }
        return strides;
    }

    /// <summary>A constant in the other order.</summary>
    public static PlanTensor Permute(PlanTensor constant, int[] dims, PlanOrder order)
    {
        int rank = dims.Length;
        int[] permutation = order == PlanOrder.ChannelsLast ? PermutationToChannelsLast(rank) : PermutationToLogical(rank);
        int[] strides = Apply(permutation, Strides(constant.Dims));
        byte[] content = new byte[constant.Constant!.Length];
        int size = constant.ElementBytes;
        int[] index = new int[rank];
        for (int i = 0; i < constant.ElementCount; i++)
        {
            int source = 0;
            for (int d = 0; d < rank; d++) source += index[d] * strides[d];
            constant.Constant.AsSpan(source * size, size).CopyTo(content.AsSpan(i * size));
            for (int d = rank - 1; d >= 0 && ++index[d] == dims[d]; d--) index[d] = 0;
        }
        return new PlanTensor { Name = constant.Name, Type = constant.Type, Dims = dims, Order = order, Scale = constant.Scale, ZeroPoint = constant.ZeroPoint, Constant = content };
    }
}
