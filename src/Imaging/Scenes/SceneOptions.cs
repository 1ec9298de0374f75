namespace EdgeKit.Imaging.Scenes;

/// <summary>What a scene may hold. Leaving one thing out does not change the others.</summary>
public sealed record SceneOptions
{
    /// <summary>Everything.</summary>
    public static SceneOptions Default { get; } = new();

    /// <summary>Only the bare road with its lane lines, unworn, by day, through a faultless camera.</summary>
    public static SceneOptions Bare { get; } = new()
    {
        Traffic = false,
        Surroundings = false,
        Marks = false,
        Wear = false,
        Shadows = false,
        Weather = false,
        Foreground = false,
        Imperfections = false,
    };

    /// <summary>Vehicles, people, traffic lights and signs: all that gets a box.</summary>
    public bool Traffic { get; init; } = true;

    /// <summary>More people, cyclists, traffic lights and signs than roads have, on every road, so that a training sees enough of them.</summary>
    public bool Busy { get; init; }

    /// <summary>Trees, buildings, walls, rails and lamp posts.</summary>
    public bool Surroundings { get; init; } = true;

    /// <summary>Marks on the road that are not lane lines: arrows, crosswalks, letters.</summary>
    public bool Marks { get; init; } = true;

    /// <summary>Worn paint, stains, cracks, patches and joints.</summary>
    public bool Wear { get; init; } = true;

    /// <summary>Shadows.</summary>
    public bool Shadows { get; init; } = true;

    /// <summary>Night, fog, rain, wet roads and low sun; without it there is clear day.</summary>
    public bool Weather { get; init; } = true;

    /// <summary>The own car's bonnet, and reflections and drops on its windscreen.</summary>
    public bool Foreground { get; init; } = true;

    /// <summary>Blur, the shine around lamps, noise, vignetting, exposure and colour casts of the camera.</summary>
    public bool Imperfections { get; init; } = true;

    /// <summary>Whether the labels get a mask of the carriageway.</summary>
    public bool Drivable { get; init; }

    /// <summary>The paint of the lane lines; for tests of where it lies.</summary>
    internal bool LanePaint { get; init; } = true;

    /// <summary>An object, counted from 0, to leave out; for tests of what belongs to it.</summary>
    internal int? Omit { get; init; }
}
