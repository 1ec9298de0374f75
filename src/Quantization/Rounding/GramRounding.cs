using EdgeKit.Statistics;

namespace EdgeKit.Quantization;

/// <summary>
/// Rounds the rows of a weight matrix so that the layer's output, not each weight, stays close: q minimises (w - s q) H (w - s q)ᵀ greedily, where H is the second moment of
/// what the layer reads. With H = L Lᵀ the error is a sum over columns of L[j,j]²·(e[j] + Σ k>j L[k,j]/L[j,j]·e[k])²; from the last column to the first each is rounded
/// against the errors made so far (Babai's nearest plane; the same as Frantar et al., "GPTQ", 2022, with the columns reversed). A row that nearest rounding serves better keeps it.
/// </summary>
internal sealed class GramRounding
{
    private readonly SquareMatrix _moments;
    private readonly SquareMatrix _upper;
    private readonly int[] _order;

    /// <summary>Factorises.</summary>
    /// <param name="moments">H, symmetric.</param>
    /// <param name="ridge">Added to the diagonal.</param>
    public GramRounding(SquareMatrix moments, double ridge)
    {
        // The columns that matter most are rounded first, while all others can still make up for them.
        _order = [.. Enumerable.Range(0, moments.Size).OrderBy(i => moments[i, i])];
        _moments = moments.Select(_order);
        Cholesky factor = Cholesky.Factorise(_moments, ridge);
        _upper = new SquareMatrix(moments.Size);
        for (int k = 0; k < moments.Size; k++)
        {
            ReadOnlySpan<double> row = factor.Row(k);
            for (int j = 0; j <= k; j++) _upper[j, k] = row[j];
        }
    }

    /// <summary>Rounds one row.</summary>
    /// <param name="weights">Real weights.</param>
    /// <param name="scale">Their scale.</param>
    /// <param name="codes">Receives integers in [-127, 127].</param>
    /// <returns>Whether nearest rounding was bettered.</returns>
    public bool Round(ReadOnlySpan<float> weights, float scale, Span<sbyte> codes)
    {
        int n = weights.Length;
        double[] chosen = new double[n], nearest = new double[n];
        sbyte[] integers = new sbyte[n];
        for (int j = n - 1; j >= 0; j--)
        {
            double w = weights[_order[j]], pull = Dot.Product(_upper.Row(j)[(j + 1)..], chosen.AsSpan(j + 1)) / _upper[j, j];
            nearest[j] = w - Nearest(w / scale) * (double)scale;
            integers[j] = Nearest((w + pull) / scale);
            chosen[j] = w - integers[j] * (double)scale;
        }
        bool better = Error(chosen) < Error(nearest);
        for (int j = 0; j < n; j++) codes[_order[j]] = better ? integers[j] : Nearest(weights[_order[j]] / (double)scale);
        return better;
    }

    /// <summary>e H eᵀ, in the order of the factor's columns.</summary>
    private double Error(double[] e)
    {
        double sum = 0;
        for (int i = 0; i < e.Length; i++) sum += e[i] * Dot.Product(_moments.Row(i), e);
        return sum;
    }

    private static sbyte Nearest(double value) => (sbyte)Math.Clamp(Math.Round(value), -QuantizationParameters.SymmetricMax, QuantizationParameters.SymmetricMax);
}
