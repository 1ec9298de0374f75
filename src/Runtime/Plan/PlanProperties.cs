namespace EdgeKit.Runtime.Plan;

/// <summary>Names of the facts in <see cref="PlanFile.Properties"/> that programs rely on.</summary>
public static class PlanProperties
{
    /// <summary>The largest stride of any layer: pixels of the input from one element to the next.</summary>
    public const string Stride = "stride";

    /// <summary>Pixels from the middle of an output's cell to the farthest pixel of the input that it sees; absent where it sees all of them.</summary>
    public const string ReceptiveRadius = "receptive_radius";
}
