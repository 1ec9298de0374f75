namespace EdgeKit.Imaging.Decoding;

/// <summary>How scores come out of the network.</summary>
public enum ScoreActivation
{
    /// <summary>As probabilities: the network ends in a sigmoid or softmax.</summary>
    None,

    /// <summary>As logits, each on its own.</summary>
    Sigmoid,

    /// <summary>As logits of classes that exclude each other.</summary>
    Softmax,
}

/// <summary>
/// How a model's outputs become boxes, lanes or masks: the field "decoder" of the JSON file, a text with the kind or an object. What is null has the default of its kind
/// (<see cref="DecoderKinds"/>).
/// </summary>
public sealed record DecoderSettings
{
    /// <summary>One of <see cref="DecoderKinds.All"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The least confidence that is reported, 0 to 1.</summary>
    public float? Score { get; init; }

    /// <summary>Of two boxes of one class whose intersection over union is above this, the less confident one is dropped; 0 to 1.</summary>
    public float? Iou { get; init; }

    /// <summary>The most boxes that are reported.</summary>
    public int? Max { get; init; }

    /// <summary>Pixels of the input for each cell of each level, finest level first.</summary>
    public IReadOnlyList<int>? Strides { get; init; }

    /// <summary>Sides of square priors in input pixels, a list for each level.</summary>
    public IReadOnlyList<IReadOnlyList<float>>? MinSizes { get; init; }

    /// <summary>Widths and heights of priors in input pixels by turns, a list for each level.</summary>
    public IReadOnlyList<IReadOnlyList<float>>? Anchors { get; init; }

    /// <summary>What the offsets of a prior's centre and of the logarithm of its size are multiplied with.</summary>
    public IReadOnlyList<float>? Variances { get; init; }

    /// <summary>Where in its cell a position lies, 0 (the first edge) to 1.</summary>
    public float? Center { get; init; }

    /// <summary>How scores come out.</summary>
    public ScoreActivation? Activation { get; init; }

    /// <summary>Whether boxes come out in input pixels, already placed on their grid.</summary>
    public bool? Decoded { get; init; }

    /// <summary>Whether one position may report several classes.</summary>
    public bool? MultiLabel { get; init; }

    /// <summary>Heights of lane rows as shares of the input's height, 0 to 1: one for each row, or the first and the last of evenly spaced ones.</summary>
    public IReadOnlyList<float>? Rows { get; init; }

    /// <summary>The least probability that a lane crosses a row for it to have a point there, 0 to 1.</summary>
    public float? Presence { get; init; }

    /// <summary>Cells by which a lane's point may lie beside where the points before it lead; no limit where it is null.</summary>
    public float? Steady { get; init; }

    /// <summary>Rows by which a lane goes on beyond its first and last point, straight: presence is learned in whole rows, and least sure where a line ends.</summary>
    public float? Prolong { get; init; }

    /// <summary>Cells on either side of the best one whose mean a lane's column is; all where it is null.</summary>
    public int? Window { get; init; }

    /// <summary>The name of the output that marks lane lines.</summary>
    public string? Lanes { get; init; }
}
