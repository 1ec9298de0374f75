using System.Runtime.InteropServices;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Ir;

/// <summary>A tensor of the plan under construction. Views share the memory of their root.</summary>
internal sealed class PlanTensor
{
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
    public PlanTensor? Parent { get; init; }

    public PlanTensor Root => Parent?.Root ?? this;

    public int Channels => Dims.Length == 0 ? 1 : Dims[^1];

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

    public override string ToString() => $"{Name}: {Type}[{string.Join(',', Dims)}]";
}
