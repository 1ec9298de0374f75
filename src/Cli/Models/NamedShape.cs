namespace EdgeKit.Cli.Models;

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Dimensions in the model's order (NCHW).</param>
internal sealed record NamedShape(string Name, int[] Shape)
{
    public int ElementCount => Shape.Aggregate(1, static (a, b) => a * b);
}
