namespace EdgeKit.Training.Augmenting;

/// <summary>A random change of a picture that leaves what it shows as it is.</summary>
public interface IAugmentation
{
    /// <summary>The changed picture; the one given may be changed or be the result.</summary>
    /// <param name="image">A picture.</param>
    /// <param name="random">Where the chances come from.</param>
    FloatImage Apply(FloatImage image, ref CounterRandom random);
}
