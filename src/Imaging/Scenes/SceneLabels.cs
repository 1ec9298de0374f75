using System.Numerics;

namespace EdgeKit.Imaging.Scenes;

/// <summary>How a lane line is painted.</summary>
public enum LineKind
{
    /// <summary>One line without gaps.</summary>
    Solid,

    /// <summary>Dashes, or groups of raised dots.</summary>
    Dashed,

    /// <summary>Two lines side by side; one of them may be dashed.</summary>
    Double,
}

/// <summary>The colour of a lane line.</summary>
public enum LineColour
{
    /// <summary>White.</summary>
    White,

    /// <summary>Yellow.</summary>
    Yellow,
}

/// <summary>Which side of the own lane a line bounds.</summary>
public enum LaneSide
{
    /// <summary>It bounds other lanes.</summary>
    None,

    /// <summary>The left side.</summary>
    Left,

    /// <summary>The right side.</summary>
    Right,
}

/// <summary>A lane line on the own carriageway.</summary>
/// <param name="Kind">How it is painted.</param>
/// <param name="Colour">Its colour.</param>
/// <param name="Side">Which side of the own lane it bounds.</param>
/// <param name="Position">Its place, counted from the own lane: -1 is the first line to the left, 1 the first to the right, never 0.</param>
/// <param name="Points">
/// The middle of the paint from near to far in pixels, x to the right and y down from the picture's corner, so that the first pixel's middle is (0.5, 0.5).
/// The line goes on through gaps and behind objects; it ends at the picture's edge, the own car's bonnet, where it runs along the horizon, or where nothing can be told any more.
/// </param>
public sealed record LaneLine(LineKind Kind, LineColour Colour, LaneSide Side, int Position, IReadOnlyList<Vector2> Points);

/// <summary>The kinds of objects that get a box.</summary>
public enum SceneObjectKind
{
    /// <summary>Cars, vans, trucks and buses.</summary>
    Vehicle,

    /// <summary>A person on foot.</summary>
    Person,

    /// <summary>A person on a bicycle, with it.</summary>
    Cyclist,

    /// <summary>The housing of a traffic light.</summary>
    Light,

    /// <summary>The plate of a traffic sign.</summary>
    Sign,
}

/// <summary>An object in the picture.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Left">Left edge in pixels.</param>
/// <param name="Top">Top edge in pixels.</param>
/// <param name="Right">Right edge in pixels.</param>
/// <param name="Bottom">Bottom edge in pixels.</param>
/// <param name="Visible">Share of the object's pixels within the picture that nothing hides, 0 to 1.</param>
/// <param name="Inside">Share of the whole object's box that lies within the picture, 0 to 1.</param>
/// <param name="Distance">Metres from the camera along the road.</param>
public sealed record SceneObject(SceneObjectKind Kind, float Left, float Top, float Right, float Bottom, float Visible, float Inside, float Distance);

/// <summary>What is in a scene.</summary>
/// <param name="Seed">The scene's seed.</param>
/// <param name="Lanes">The lane lines, from left to right.</param>
/// <param name="Objects">The objects, from far to near; boxes are of the whole object within the picture, hidden parts included.</param>
/// <param name="Drivable">With <see cref="SceneOptions.Drivable"/>: height x width bytes, 1 where a pixel shows carriageway, else 0.</param>
/// <param name="Night">Whether it is night.</param>
/// <param name="Wet">Whether the road is wet.</param>
/// <param name="Fog">Whether there is fog.</param>
public sealed record SceneLabels(
    ulong Seed, IReadOnlyList<LaneLine> Lanes, IReadOnlyList<SceneObject> Objects, byte[]? Drivable, bool Night, bool Wet, bool Fog);
