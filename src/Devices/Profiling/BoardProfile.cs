using EdgeKit.Devices.Boards;

namespace EdgeKit.Devices.Profiling;

/// <summary>What models take on a machine, measured while the machine was watched.</summary>
public sealed record BoardProfile
{
    /// <summary>EdgeKit's version.</summary>
    public required string Tool { get; init; }

    /// <summary>The machine.</summary>
    public required Board Board { get; init; }

    /// <summary>What measures its power; null where nothing does.</summary>
    public required string? PowerMeter { get; init; }

    /// <summary>The models.</summary>
    public required IReadOnlyList<ModelProfile> Models { get; init; }

    /// <summary>The machine over time.</summary>
    public required IReadOnlyList<TracePoint> Trace { get; init; }

    /// <summary>What disturbed the run, so that its figures are worth nothing; null where nothing did.</summary>
    public string? Disturbance
    {
        get
        {
            foreach (ModelProfile model in Models)
            {
                foreach (PointProfile point in model.Points)
                {
                    if (point.Disturbance is { } why) return $"{model.Name}, {point.Point}: {why}";
                }
                if (model.LayerDisturbance is { } layers) return $"{model.Name}, its operators: {layers}";
            }
            return null;
        }
    }
}

/// <summary>What a model takes.</summary>
public sealed record ModelProfile
{
    /// <summary>The file's name, without its folder.</summary>
    public required string Name { get; init; }

    /// <summary>CRC-32C of the file.</summary>
    public required string Checksum { get; init; }

    /// <summary>int8 or fp32.</summary>
    public required string Precision { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Bytes of activations.</summary>
    public required long ArenaBytes { get; init; }

    /// <summary>Bytes of weights as the kernels want them.</summary>
    public required long PackedBytes { get; init; }

    /// <summary>The sweep.</summary>
    public required IReadOnlyList<PointProfile> Points { get; init; }

    /// <summary>Its operators on one thread; none where the sweep has no such point.</summary>
    public required IReadOnlyList<ProfiledLayer> Layers { get; init; }

    /// <summary>What disturbed timing them; null for nothing.</summary>
    public required string? LayerDisturbance { get; init; }
}

/// <summary>What a model takes at a point of the sweep. Times are milliseconds.</summary>
public sealed record PointProfile
{
    /// <summary>Threads and cores.</summary>
    public required SweepPoint Point { get; init; }

    /// <summary>Inferences.</summary>
    public required int Runs { get; init; }

    /// <summary>The shortest.</summary>
    public required double MinMs { get; init; }

    /// <summary>The mean.</summary>
    public required double MeanMs { get; init; }

    /// <summary>The median.</summary>
    public required double P50Ms { get; init; }

    /// <summary>What nine of ten keep to.</summary>
    public required double P90Ms { get; init; }

    /// <summary>What 99 of a hundred keep to.</summary>
    public required double P99Ms { get; init; }

    /// <summary>The longest.</summary>
    public required double MaxMs { get; init; }

    /// <summary>Mean power of the board; null where it is not measured.</summary>
    public required double? Watts { get; init; }

    /// <summary>Energy that the board takes for an inference, millijoules; null where it is not measured.</summary>
    public double? Millijoules => Watts * MeanMs;

    /// <summary>The rounds that count.</summary>
    public required IReadOnlyList<RoundProfile> Rounds { get; init; }

    /// <summary>What disturbed one of them; null where nothing did.</summary>
    public string? Disturbance => Rounds.FirstOrDefault(static r => r.Disturbance is not null)?.Disturbance;
}

/// <summary>A round of inferences.</summary>
/// <param name="MedianMs">Their median.</param>
/// <param name="Runs">How many.</param>
/// <param name="Mhz">Median clock; null where it is not known.</param>
/// <param name="Celsius">Highest temperature; null where it is not known.</param>
/// <param name="Slowdown">By how much a loop of known work was slower than at its fastest, as a fraction.</param>
/// <param name="Disturbance">What makes it worthless; null where nothing does.</param>
public sealed record RoundProfile(double MedianMs, int Runs, double? Mhz, double? Celsius, double Slowdown, string? Disturbance);

/// <summary>An operator's time on one thread.</summary>
/// <param name="Name">Name of the ONNX node it came from.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Output">Dimensions of the output in the model's order.</param>
/// <param name="Kernel">Name of the kernel; null for kinds without.</param>
/// <param name="Ms">Milliseconds.</param>
/// <param name="Macs">Multiply-accumulates.</param>
/// <param name="Target">The layer as budgets of latency know it; null for what they count nothing for.</param>
public sealed record ProfiledLayer(string Name, string Kind, IReadOnlyList<int> Output, string? Kernel, double Ms, long Macs, TargetLayer? Target);

/// <summary>The machine at a moment.</summary>
/// <param name="Seconds">Since the profile began.</param>
/// <param name="Mhz">Clock of the slowest core at work; null where it is not known.</param>
/// <param name="Celsius">Highest temperature; null where it is not known.</param>
/// <param name="Throttled">Whether it slowed itself down.</param>
public sealed record TracePoint(double Seconds, double? Mhz, double? Celsius, bool Throttled);
