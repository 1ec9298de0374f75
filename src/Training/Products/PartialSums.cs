using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Products;

/// <summary>Adds to a part's sums, which are zero at first.</summary>
internal delegate void PartialSum(int part, Span<float> sums);

/// <summary>Sums that several threads make: each part has sums of its own, which are added in order, so that the result does not depend on the threads.</summary>
internal static class PartialSums
{
    private const int Grain = 1 << 14;

    /// <summary>The sums of all parts; the caller releases the block.</summary>
    public static Block Compute(Pass pass, int parts, int length, PartialSum part)
    {
        Block all = pass.Pool.Rent(parts * length);
        pass.Workers.For(parts, i =>
        {
            Span<float> sums = all.Values.Slice(i * length, length);
            sums.Clear();
            part(i, sums);
        });
        if (parts > 1)
        {
            pass.Workers.Ranges(length, Grain, (first, count) =>
            {
                Span<float> sums = all.Values.Slice(first, count);
                for (int i = 1; i < parts; i++) Vectors.Accumulate(all.Values.Slice(i * length + first, count), sums);
            });
        }
        return all;
    }
}
