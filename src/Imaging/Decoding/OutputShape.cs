namespace EdgeKit.Imaging.Decoding;

/// <summary>An output of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dims">Its dimensions in the model's order (NCHW).</param>
public sealed record OutputShape(string Name, IReadOnlyList<int> Dims)
{
    /// <inheritdoc/>
    public override string ToString() => $"'{Name}' {string.Join('x', Dims)}";
}
