using System.Numerics;
using EdgeKit.Imaging.Scenes;
using EdgeKit.Training.Augmenting;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>A picture of a road at a model's input size and what is in it, in pixels of the input.</summary>
/// <param name="Image">Red, green and blue, 0 to 255.</param>
/// <param name="Lanes">The lane lines.</param>
/// <param name="Objects">The objects.</param>
internal sealed record RoadSample(FloatImage Image, IReadOnlyList<SampleLane> Lanes, IReadOnlyList<SceneObject> Objects);

/// <summary>A lane line.</summary>
/// <param name="Position">Its place, counted from the own lane: -1 is the first line to the left, 1 the first to the right, never 0.</param>
/// <param name="Points">From near to far, in pixels.</param>
internal readonly record struct SampleLane(int Position, Vector2[] Points);
