using EdgeKit.Imaging.Scenes;

namespace EdgeKit.Cli.Scenes;

/// <summary>The kinds of objects in scenes as labels of a model.</summary>
internal static class ObjectNames
{
    /// <summary>In the order of <see cref="SceneObjectKind"/>.</summary>
    public static readonly string[] All = [.. Enum.GetNames<SceneObjectKind>().Select(static name => name.ToLowerInvariant())];
}
