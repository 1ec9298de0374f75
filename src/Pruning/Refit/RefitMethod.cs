namespace EdgeKit.Pruning.Refit;

/// <summary>How the layers that are left make up for the channels that are gone.</summary>
public enum RefitMethod
{
    /// <summary>Not at all.</summary>
    None,
    /// <summary>What removed channels gave on average goes into biases.</summary>
    Mean,
    /// <summary>Layer by layer, least squares on what the pruned network holds, towards what the original computes.</summary>
    LeastSquares,
    /// <summary>Least squares; then every output gets the original's mean and standard deviation.</summary>
    LeastSquaresAndStatistics,
}

/// <summary>Names of the methods, as the command line and reports have them.</summary>
public static class RefitMethods
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<(string Name, RefitMethod Method)> All { get; } =
        [("none", RefitMethod.None), ("mean", RefitMethod.Mean), ("ls", RefitMethod.LeastSquares), ("ls+stats", RefitMethod.LeastSquaresAndStatistics)];

    /// <summary>The name of a method.</summary>
    public static string NameOf(RefitMethod method) => All.First(r => r.Method == method).Name;
}
