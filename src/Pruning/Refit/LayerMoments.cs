using EdgeKit.Statistics;

namespace EdgeKit.Pruning.Refit;

/// <summary>Second moments of what a group of a layer reads in the pruned network, and of that with what it should yield; of some pictures to fit to, of the others to judge by.</summary>
/// <param name="outputs">Outputs of the group.</param>
/// <param name="columns">Length of what an output position reads.</param>
internal sealed class LayerMoments(int outputs, int columns)
{
    /// <summary>Of what is read.</summary>
    public GramMatrix Read { get; } = new(columns);

    /// <summary>Of what is wanted with what is read.</summary>
    public CrossMatrix Wanted { get; } = new(outputs, columns);

    /// <summary>Adds samples.</summary>
    /// <param name="wanted">[count, outputs].</param>
    /// <param name="read">[count, columns].</param>
    public void Add(ReadOnlySpan<float> wanted, ReadOnlySpan<float> read)
    {
        Read.Add(read);
        Wanted.Add(wanted, read);
    }

    /// <summary>Adds what others have seen.</summary>
    public void Add(LayerMoments other)
    {
        Read.Add(other.Read);
        Wanted.Add(other.Wanted);
    }

    /// <summary>Mean of z zᵀ, about the means where a bias takes these.</summary>
    public SquareMatrix Matrix(bool centred)
    {
        SquareMatrix matrix = centred ? Read.ToCentredMatrix() : Read.ToMatrix();
        for (int i = 0; i < matrix.Size; i++)
        {
            Span<double> row = matrix.Row(i);
            for (int j = 0; j < row.Length; j++) row[j] /= Math.Max(Read.Samples, 1);
        }
        return matrix;
    }

    /// <summary>Mean of (y - w z) zᵀ for one output, about the means where a bias takes these.</summary>
    /// <param name="output">The output.</param>
    /// <param name="weights">Its weights w.</param>
    /// <param name="matrix">What <see cref="Matrix"/> gives.</param>
    /// <param name="centred">Whether means are taken.</param>
    public double[] Residual(int output, ReadOnlySpan<double> weights, SquareMatrix matrix, bool centred)
    {
        double[] row = centred ? Wanted.CentredRow(output) : Wanted.Row(output).ToArray();
        for (int i = 0; i < row.Length; i++) row[i] = row[i] / Math.Max(Read.Samples, 1) - Dot.Product(weights, matrix.Row(i));
        return row;
    }
}
