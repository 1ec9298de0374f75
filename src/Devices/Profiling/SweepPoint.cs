using System.Globalization;
using System.Text;
using EdgeKit.Devices.Boards;

namespace EdgeKit.Devices.Profiling;

/// <summary>How a model is run once in a sweep.</summary>
/// <param name="Threads">Threads of an inference.</param>
/// <param name="Cores">A core for each, the caller's first.</param>
/// <param name="Kind">Kind of these cores, where the machine has several.</param>
public sealed record SweepPoint(int Threads, IReadOnlyList<int> Cores, string? Kind)
{
    /// <summary>The cores as <c>--cores</c> takes them, such as 0-3.</summary>
    public string CoreText
    {
        get
        {
            var text = new StringBuilder();
            for (int i = 0; i < Cores.Count; i++)
            {
                int first = i;
                while (i + 1 < Cores.Count && Cores[i + 1] == Cores[i] + 1) i++;
                text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? "," : "")}{Cores[first]}");
                if (i > first) text.Append(CultureInfo.InvariantCulture, $"-{Cores[i]}");
            }
            return text.ToString();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Threads} thread{(Threads == 1 ? "" : "s")} on core{(Cores.Count == 1 ? "" : "s")} {CoreText}";

    /// <summary>
    /// The points of a sweep: for each kind of core, the fastest first, 1, 2, 3 … threads up to as many as there are cores of it; at the end all cores together, where they differ.
    /// </summary>
    /// <param name="board">The machine.</param>
    /// <param name="allowed">Cores that the process may use.</param>
    /// <param name="threads">Only these numbers of threads; null for all.</param>
    /// <param name="cores">Only these cores, in their order; null for all.</param>
    public static SweepPoint[] Sweep(Board board, IReadOnlyList<int> allowed, IReadOnlyList<int>? threads = null, IReadOnlyList<int>? cores = null)
    {
        var points = new List<SweepPoint>();
        if (cores is not null)
        {
            AddPoints(cores, null);
            return [.. points];
        }
        var groups = new List<CoreGroup>();
        foreach (int core in allowed)
        {
            BoardCore? known = board.Cores.FirstOrDefault(c => c.Number == core);
            (string kind, double mhz) = (known?.Kind ?? "not known", known?.MaxMhz ?? 0);
            CoreGroup? group = groups.Find(g => g.Kind == kind && g.Mhz == mhz);
            if (group is null) groups.Add(group = new CoreGroup(kind, mhz));
            group.Cores.Add(core);
        }
        CoreGroup[] ordered = groups.OrderByDescending(static g => g.Mhz);
        foreach (CoreGroup group in ordered) AddPoints(group.Cores, groups.Count > 1 ? group.Kind : null);
        int[] all = ordered.SelectMany(static g => g.Cores);
        if (groups.Count > 1 && threads?.Contains(all.Length) != false) points.Add(new SweepPoint(all.Length, all, "all kinds"));
        return [.. points];

        void AddPoints(IReadOnlyList<int> own, string? kind)
        {
            for (int count = 1; count <= own.Count; count++)
            {
                if (threads is not null ? threads.Contains(count) : count <= 8 || count % 4 == 0 || count == own.Count) points.Add(new SweepPoint(count, own.Take(count), kind));
            }
        }
    }

    private sealed class CoreGroup(string kind, double mhz)
    {
        public string Kind { get; } = kind;

        public double Mhz { get; } = mhz;

        public List<int> Cores { get; } = [];
    }
}
