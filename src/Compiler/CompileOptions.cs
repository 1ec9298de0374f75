namespace EdgeKit.Compiler;

/// <summary>How a graph is compiled.</summary>
public sealed record CompileOptions
{
    /// <summary>Class labels to store in the file.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Facts to store in the file, besides those the compiler knows.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>Steps to leave out.</summary>
    public Optimizations Without { get; init; }

    /// <summary>Size of tensors, in bytes, from which on <see cref="Optimizations.Bands"/> groups their writer and reader.</summary>
    internal long BandBytes { get; init; } = Passes.RowBands.CacheBytes;
}
