using System.Diagnostics.CodeAnalysis;

namespace EdgeKit.Onnx;

/// <summary>The attributes of a node. Values are long, float, string, long[], float[], string[] or <see cref="Tensor"/>.</summary>
public sealed class AttributeMap
{
    private readonly SortedDictionary<string, object> _values = new(StringComparer.Ordinal);

    /// <summary>All attributes, ordered by name.</summary>
    public IEnumerable<KeyValuePair<string, object>> Entries => _values;

    /// <summary>Sets or replaces an attribute.</summary>
    /// <exception cref="ArgumentException">The value has none of the types an attribute can have.</exception>
    public AttributeMap Set(string name, object value)
    {
        _values[name] = value switch
        {
            int i => (long)i,
            bool b => b ? 1L : 0L,
            int[] a => Array.ConvertAll(a, static v => (long)v),
            long or float or string or long[] or float[] or string[] or Tensor => value,
            _ => throw new ArgumentException($"an attribute cannot hold {value.GetType().Name}", nameof(value)),
        };
        return this;
    }

    /// <summary>Whether the attribute is given.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>Removes an attribute if it is given.</summary>
    public void Remove(string name) => _values.Remove(name);

    /// <summary>An integer attribute, or <paramref name="fallback"/> where it is not given.</summary>
    public int Int(string name, int fallback) => TryGet(name, out long v) ? (int)Math.Clamp(v, int.MinValue, int.MaxValue) : fallback;

    /// <summary>A float attribute, or <paramref name="fallback"/> where it is not given.</summary>
    public float Float(string name, float fallback) => TryGet(name, out float v) ? v : fallback;

    /// <summary>A string attribute, or <paramref name="fallback"/> where it is not given.</summary>
    public string String(string name, string fallback) => TryGet(name, out string? v) ? v : fallback;

    /// <summary>A list of integers, or null where it is not given.</summary>
    public int[]? Ints(string name) =>
        TryGet(name, out long[]? v) ? Array.ConvertAll(v, static x => (int)Math.Clamp(x, int.MinValue, int.MaxValue)) : null;

    /// <summary>A list of floats, or null where it is not given.</summary>
    public float[]? Floats(string name) => TryGet(name, out float[]? v) ? v : null;

    /// <summary>A list of strings, or null where it is not given.</summary>
    public string[]? Strings(string name) => TryGet(name, out string[]? v) ? v : null;

    /// <summary>A tensor attribute, or null where it is not given.</summary>
    public Tensor? TensorOf(string name) => TryGet(name, out Tensor? v) ? v : null;

    internal void CopyTo(AttributeMap other)
    {
        foreach ((string name, object value) in _values) other._values[name] = value;
    }

    private bool TryGet<T>(string name, [NotNullWhen(true)] out T? value)
    {
        value = default;
        if (!_values.TryGetValue(name, out object? raw)) return false;
        if (raw is T typed)
        {
            value = typed;
            return true;
        }
        throw new ModelException($"attribute '{name}' holds {raw.GetType().Name} where {typeof(T).Name} is wanted");
    }
}
