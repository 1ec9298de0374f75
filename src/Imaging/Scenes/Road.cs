namespace EdgeKit.Imaging.Scenes;

/// <summary>A boundary along the road: its place across the road, which may shift to another within some stretch.</summary>
internal record struct RoadEdge(float Offset, float Shift = 0, float From = 0, float To = 1)
{
    public readonly float At(float z) => Shift == 0 ? Offset : Offset + Shift * SceneMath.Smooth((z - From) / (To - From));
}

/// <summary>A painted line.</summary>
internal sealed class RoadLine
{
    public required RoadEdge Edge { get; set; }

    public required LineKind Kind { get; init; }

    public required LineColour Colour { get; init; }

    /// <summary>Width of one stripe in metres.</summary>
    public required float Width { get; init; }

    /// <summary>Where it begins and ends, in metres ahead.</summary>
    public float Start { get; init; } = -10;

    public float End { get; init; } = 1000;

    /// <summary>Length of a dash and of a dash with its gap; a dash as long as the period leaves none.</summary>
    public float Dash { get; init; } = 1;

    public float Period { get; init; } = 1;

    public float Phase { get; init; }

    /// <summary>Raised dots within each dash, instead of paint.</summary>
    public bool Dots { get; init; }

    /// <summary>Between the middles of the two stripes of a double line.</summary>
    public float Spacing { get; init; }

    /// <summary>A double line's left or right stripe may be dashed.</summary>
    public bool LeftDashed { get; init; }

    public bool RightDashed { get; init; }

    /// <summary>Its place among the labelled lines, counted from the own lane; 0 if it has no label.</summary>
    public int Position { get; set; }

    public float Strength { get; init; } = 1;
}

/// <summary>A lane: where vehicles may be.</summary>
/// <param name="Middle">Metres across the road from the own lane's middle.</param>
/// <param name="Oncoming">Whether its traffic comes towards the camera.</param>
/// <param name="Parked">Whether its vehicles are parked.</param>
internal readonly record struct RoadLane(float Middle, bool Oncoming, bool Parked);

/// <summary>The cross-section of the road: lanes, lines and what lies beside.</summary>
internal sealed class Road
{
    public required RoadSetting Setting { get; init; }

    public required float LaneWidth { get; init; }

    /// <summary>The painted lines; labelled ones from left to right.</summary>
    public List<RoadLine> Lines { get; } = [];

    public List<RoadLane> Lanes { get; } = [];

    /// <summary>The edges of the own carriageway.</summary>
    public RoadEdge Left { get; set; }

    public RoadEdge Right { get; set; }

    /// <summary>The carriageway beyond a median, if <see cref="HasOther"/>.</summary>
    public float OtherLeft { get; set; }

    public float OtherRight { get; set; }

    public bool HasOther { get; set; }

    /// <summary>Whether there is a kerb, how wide, and how wide the strip beyond it.</summary>
    public float Kerb { get; set; }

    public float Strip { get; set; }
}
