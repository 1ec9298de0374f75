using System.Globalization;

namespace EdgeKit.Runtime.Execution;

/// <summary>Lists of processor cores as Linux and <c>--cores</c> write them: <c>4-7</c>, <c>0,2,4-5</c>.</summary>
public static class CoreList
{
    /// <summary>The numbers of a list, each once, in the order given.</summary>
    /// <returns>False when it is not of that form or names a core of <see cref="ThreadAffinity.MaxCores"/> or above.</returns>
    public static bool TryParse(string text, out int[] cores)
    {
        var found = new List<int>();
        cores = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int dash = part.IndexOf('-', StringComparison.Ordinal);
            if (!TryCore(dash < 0 ? part : part[..dash], out int first) || !TryCore(dash < 0 ? part : part[(dash + 1)..], out int last) || last < first) return false;
            for (int core = first; core <= last; core++)
            {
                if (!found.Contains(core)) found.Add(core);
            }
        }
        cores = [.. found];
        return true;
    }

    private static bool TryCore(string text, out int core) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out core) && core < ThreadAffinity.MaxCores;
}
