using System.Runtime.InteropServices;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Ir;

/// <summary>A tensor of the plan under construction. Views share the memory of their root.</summary>
internal sealed class PlanTensor
{
    private int _firstChannel;
    private bool _isPart;

    public required string Name { get; set; }
    public required PlanType Type { get; init; }

    /// <summary>Physical dimensions.</summary>
    public required int[] Dims { get; init; }

    public PlanOrder Order { get; init; }
    public float Scale { get; init; }
    public int ZeroPoint { get; init; }

    /// <summary>Content of a constant, else null.</summary>
    public byte[]? Constant { get; init; }

    /// <summary>The tensor whose memory this one shares, else null.</summary>
    public PlanTensor? Parent { get; private set; }

    public PlanTensor Root => Parent?.Root ?? this;

    public int Channels => Dims.Length == 0 ? 1 : Dims[^1];

    /// <summary>Elements from one position of the second innermost dimension to the next.</summary>
    public int PixelStride => Parent is null || (!_isPart && Parent.Channels != Channels) ? Channels : Parent.PixelStride;

    /// <summary>Elements from the start of the root's memory.</summary>
    public int ElementOffset => Parent is null ? 0 : Parent.ElementOffset + _firstChannel;

    public bool IsDense => PixelStride == Channels;

    public int ElementBytes => Type switch { PlanType.Int8 => 1, PlanType.Int64 => 8, _ => 4 };

    public int ElementCount => Dims.Aggregate(1, static (a, b) => checked(a * b));

    public long Bytes => (long)ElementCount * ElementBytes;

    public bool SameQuantization(PlanTensor other) => SameQuantization(other.Scale, other.ZeroPoint);

    public bool SameQuantization(float scale, int zeroPoint) => Scale == scale && ZeroPoint == zeroPoint;

    /// <summary>The same memory under other dimensions.</summary>
    public PlanTensor View(int[] dims, PlanOrder order, string? name = null) => new()
    {
        Name = name ?? Name,
        Type = Type,
        Dims = dims,
        Order = order,
        Scale = Scale,
        ZeroPoint = ZeroPoint,
        Constant = Constant,
        Parent = Constant is null ? this : null,
    };

    /// <summary>Makes a dense tensor lie where another dense one of its size does.</summary>
    public void ShareMemory(PlanTensor parent) => Parent = parent;

    /// <summary>A tensor of the same type and quantization with memory of its own.</summary>
    public PlanTensor Like(int[] dims) => new() { Name = Name, Type = Type, Dims = dims, Order = Order, Scale = Scale, ZeroPoint = ZeroPoint };

    /// <summary>The constant with other content.</summary>
    public PlanTensor WithContent(byte[] content) => new() { Name = Name, Type = Type, Dims = Dims, Order = Order, Scale = Scale, ZeroPoint = ZeroPoint, Constant = content };

    public static PlanTensor Of<T>(string name, PlanType type, T[] data, int[] dims, PlanOrder order = PlanOrder.Logical, float scale = 0, int zeroPoint = 0)
        where T : unmanaged => new()
        {
            Name = name,
            Type = type,
            Dims = dims,
            Order = order,
            Scale = scale,
            ZeroPoint = zeroPoint,
            Constant = MemoryMarshal.AsBytes<T>(data).ToArray(),
        };

    /// <summary>Elements between neighbours of each dimension.</summary>
    public int[] Strides()
    {
        int[] strides = new int[Dims.Length];
        int step = 1;
        for (int i = Dims.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step = i == Dims.Length - 1 ? PixelStride : step * Dims[i];
        }
        return strides;
    }

    /// <summary>Makes the tensor a view of the channels of a wider one from <paramref name="firstChannel"/>.</summary>
    public void PlaceIn(PlanTensor parent, int firstChannel) => (Parent, _firstChannel, _isPart) = (parent, firstChannel, true);

    public override string ToString() => $"{Name}: {Type}[{string.Join(',', Dims)}]";
}
