using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>Values that must be stored with the same scale and zero point.</summary>
internal sealed class ScaleGroup
{
    /// <summary>Place among the groups.</summary>
    public required int Number { get; init; }

    /// <summary>All values of the group, in graph order.</summary>
    public List<Value> Members { get; } = [];

    /// <summary>The members whose elements are not copies of other members' elements: the range is measured on these.</summary>
    public List<Value> Sources { get; } = [];

    /// <summary>Interval that no member's value can leave, from the operators that make them.</summary>
    public ValueRange Bounds { get; set; } = ValueRange.Unbounded;

    /// <summary>The range, where it is known without looking at images.</summary>
    public ValueRange? Fixed { get; set; }

    /// <summary>Why <see cref="Fixed"/> is known, in a few words.</summary>
    public string Reason { get; set; } = "";

    /// <summary>What was seen on the calibration images, over all sources.</summary>
    public Histogram Seen { get; } = new();
}
