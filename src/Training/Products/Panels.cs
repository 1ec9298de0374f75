using System.Numerics;

namespace EdgeKit.Training.Products;

/// <summary>
/// A matrix [depth, columns] in panels: of <see cref="Width"/> columns, and at the end one of a single vector where that is enough for what is left. A panel
/// holds, depth by depth, its columns one behind the other; columns beyond the last are zero.
/// </summary>
internal static class Panels
{
    /// <summary>Columns of a panel.</summary>
    public static int Width => 2 * Vector<float>.Count;

    /// <summary>Elements of a packed matrix.</summary>
    public static int Size(int depth, int columns) => depth * Padded(columns);

    /// <summary>Columns of all panels together.</summary>
    public static int Padded(int columns) => (columns + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    /// <summary>Packs the matrix whose element (k, n) is <c>values[rows[k] + columns[n]]</c>.</summary>
    public static void Pack(ReadOnlySpan<float> values, ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, Span<float> panels)
    {
        int padded = Padded(columns.Length), at = 0;
        for (int first = 0; first < padded; first += Width)
        {
            int width = Math.Min(Width, padded - first);
            ReadOnlySpan<int> offsets = columns[first..Math.Min(first + width, columns.Length)];
            foreach (int row in rows)
            {
                Span<float> target = panels.Slice(at, width);
                for (int n = 0; n < offsets.Length; n++) target[n] = values[row + offsets[n]];
                target[offsets.Length..].Clear();
                at += width;
            }
        }
    }
}
