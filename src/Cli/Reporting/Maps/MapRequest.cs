using EdgeKit.Cli.Models;
using EdgeKit.Imaging;

namespace EdgeKit.Cli.Reporting.Maps;

/// <summary>What a page of maps is about.</summary>
internal sealed record MapRequest
{
    /// <summary>Pictures that are shown, unless told otherwise.</summary>
    public const int DefaultPictures = 4;

    /// <summary>The float model.</summary>
    public required OnnxModel Model { get; init; }

    /// <summary>The pictures.</summary>
    public required IReadOnlyList<ImageItem> Pictures { get; init; }

    /// <summary>Names of values or nodes whose maps are shown; empty for some, evenly spread.</summary>
    public required IReadOnlyList<string> Layers { get; init; }

    /// <summary>The class that maps are about, as label files count; null for each picture's best.</summary>
    public required int? Class { get; init; }

    /// <summary>The command, for the page.</summary>
    public required string Command { get; init; }
}
