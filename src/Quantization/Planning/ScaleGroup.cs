using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>Values that must be stored with the same scale and zero point.</summary>
internal sealed class ScaleGroup
{
    /// <summary>All values of the group, in graph order.</summary>
    public List<Value> Members { get; } = [];

    /// <summary>The members whose elements are not copies of other members' elements: the range is measured on these.</summary>
    public List<Value> Sources { get; } = [];

    /// <summary>Interval that no member's value can leave, from the operators that make them.</summary>
    public ValueRange Bounds { get; set; } = ValueRange.Unbounded;

    /// <summary>The range, where it is known without looking at images.</summary>
    public ValueRange? Fixed { get; set; }
}
