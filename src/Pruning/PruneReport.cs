using System.Globalization;
using System.Text;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.LowRank;

namespace EdgeKit.Pruning;

/// <summary>One layer before and after pruning.</summary>
/// <param name="Name">Name of the node.</param>
/// <param name="Operator">ONNX operator.</param>
/// <param name="ChannelsOriginal">Output channels before.</param>
/// <param name="Channels">Output channels after.</param>
/// <param name="MacsOriginal">Multiply-accumulates before.</param>
/// <param name="Macs">Multiply-accumulates after.</param>
/// <param name="ParametersOriginal">Parameters before.</param>
/// <param name="Parameters">Parameters after.</param>
public sealed record LayerWidth(string Name, string Operator, int ChannelsOriginal, int Channels, long MacsOriginal, long Macs,
    long ParametersOriginal, long Parameters);

/// <summary>Channels that could not be removed, for one reason.</summary>
/// <param name="Layers">The layers that compute them.</param>
/// <param name="Channels">How many channel groups they are.</param>
/// <param name="Reason">Why they must stay.</param>
public sealed record FrozenChannels(IReadOnlyList<string> Layers, int Channels, string Reason)
{
    internal static FrozenChannels[] Of(ChannelIdentities identities, IReadOnlyDictionary<int, string> frozen) =>
        [.. frozen.Select(f => (Layers: identities.Groups[f.Key].Producers.Select(static n => n.Name).ToArray(), Reason: f.Value))
            .Where(static f => f.Layers.Length > 0)
            .GroupBy(static f => (string.Join('\n', f.Layers), f.Reason))
            .Select(static g => new FrozenChannels(g.First().Layers, g.Count(), g.Key.Reason))];
}

/// <summary>What pruning did.</summary>
public sealed record PruneReport
{
    /// <summary>The criterion.</summary>
    public required string Score { get; init; }

    /// <summary>How the layers that are left made up for what is gone, by the name in <see cref="Refit.RefitMethods"/>.</summary>
    public required string Refit { get; init; }

    /// <summary>The budgets, and how far pruning came.</summary>
    public required IReadOnlyList<BudgetOutcome> Budgets { get; init; }

    /// <summary>The machine of a latency budget; null without one.</summary>
    public string? Target { get; init; }

    /// <summary>What its times rest on beyond measurement; null for nothing.</summary>
    public string? Assumption { get; init; }

    /// <summary>What layer widths are a multiple of.</summary>
    public required int Multiple { get; init; }

    /// <summary>Largest share of its channels that a layer could lose.</summary>
    public required double MaxLayerRatio { get; init; }

    /// <summary>Multiply-accumulates before.</summary>
    public required long MacsOriginal { get; init; }

    /// <summary>Multiply-accumulates after.</summary>
    public required long Macs { get; init; }

    /// <summary>Parameters before.</summary>
    public required long ParametersOriginal { get; init; }

    /// <summary>Parameters after.</summary>
    public required long Parameters { get; init; }

    /// <summary>Every layer with weights.</summary>
    public required IReadOnlyList<LayerWidth> Layers { get; init; }

    /// <summary>Additions whose blocks went as a whole.</summary>
    public IReadOnlyList<string> RemovedBlocks { get; init; } = [];

    /// <summary>Where blocks were weighed against channels: squared error of the outputs as a share of their variance.</summary>
    public double? OutputError { get; init; }

    /// <summary>Layers that two narrower ones took the place of.</summary>
    public IReadOnlyList<FactorisedLayer> Factorised { get; init; } = [];

    /// <summary>What had to stay, and why.</summary>
    public required IReadOnlyList<FrozenChannels> Frozen { get; init; }

    /// <summary>Whether all budgets are met.</summary>
    public bool BudgetMet => Budgets.All(static b => b.IsMet);

    /// <summary>One line that says how far it went and what stood in the way; null when the budgets are met.</summary>
    public string? Shortfall
    {
        get
        {
            if (Budgets.FirstOrDefault(static b => !b.IsMet) is not { } missed) return null;
            string multiple = Multiple > 1 ? ", or let layers keep a smaller multiple of channels" : "";
            string frozen = Frozen.Count == 0 ? "" : $"{Frozen.Sum(static f => f.Channels)} channels have to stay ({Frozen.MaxBy(static f => f.Channels)!.Reason})";
            if (missed.Reached >= missed.Original)
            {
                string why = frozen.Length == 0 ? $"no layer has channels to spare (layers keep multiples of {Multiple})" : frozen;
                return $"{missed.Shortfall}: no channel can go, {why}; leave the model as wide as it is{multiple}";
            }
            string kept = Multiple > 1 ? $"layers keep multiples of {Multiple} channels and at least" : "layers keep at least";
            return $"{missed.Shortfall}: {kept} {Percent(1 - MaxLayerRatio)} of them{(frozen.Length == 0 ? "" : $", and {frozen}")}; give a budget of at least {missed.Least}{multiple}";
        }
    }

    /// <summary>The report as text.</summary>
    /// <param name="columns">Width of a line.</param>
    public string ToText(int columns = 80)
    {
        const int numbers = 10 + 16 + 24;
        int name = Math.Max(columns - numbers, 12);
        var text = new StringBuilder();
        text.Append(Fit("layer", name)).Append(Fit("operator", 10)).Append($"{"channels",16}{"MACs",24}\n");
        foreach (LayerWidth l in Layers)
        {
            string channels = l.Channels == l.ChannelsOriginal ? $"{l.Channels}" : $"{l.ChannelsOriginal} -> {l.Channels}";
            string macs = l.Macs == l.MacsOriginal ? Count(l.Macs) : $"{Count(l.MacsOriginal)} -> {Count(l.Macs)}";
            text.Append(Fit(l.Name, name)).Append(Fit(l.Operator, 10)).Append($"{channels,16}{macs,24}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"\nMACs        {Count(MacsOriginal)} -> {Count(Macs)} ({Share(Macs, MacsOriginal)})\n");
        text.Append(CultureInfo.InvariantCulture, $"parameters  {Count(ParametersOriginal)} -> {Count(Parameters)} ({Share(Parameters, ParametersOriginal)})\n");
        text.Append(CultureInfo.InvariantCulture, $"chosen by   {Score}, refit {Refit}\n");
        foreach (string block in RemovedBlocks) text.Append(CultureInfo.InvariantCulture, $"removed     the block of {block}\n");
        foreach (FactorisedLayer f in Factorised) text.Append(CultureInfo.InvariantCulture, $"low rank    {f.Name}: {f.Rank} channels between two layers, {Percent(f.Error)} of its variance lost\n");
        foreach (BudgetOutcome time in Budgets.Where(static b => b.Quantity == BudgetQuantity.Time))
        {
            text.Append(CultureInfo.InvariantCulture, $"{Target}, one thread, predicted: {time.Line}\n");
            if (Assumption is { } assumption) text.Append(CultureInfo.InvariantCulture, $"            assumes {assumption}\n");
        }
        foreach (FrozenChannels f in Frozen)
        {
            string layers = f.Layers[0] + (f.Layers.Count > 1 ? $" and {f.Layers.Count - 1} more" : "");
            text.Append(CultureInfo.InvariantCulture, $"kept        {f.Channels} channels of {layers}: {f.Reason}\n");
        }
        if (Shortfall is { } shortfall) text.Append(shortfall).Append('\n');
        return text.ToString();
    }

    private static string Fit(string text, int width) => text.Length < width ? text.PadRight(width) : string.Concat("..", text.AsSpan(text.Length - width + 3), " ");

    private static string Count(long n) => n switch
    {
        >= 1_000_000 => (n / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " M",
        >= 1_000 => (n / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + " k",
        _ => n.ToString(CultureInfo.InvariantCulture),
    };

    private static string Share(long part, long whole) => Percent((double)part / Math.Max(whole, 1));

    private static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
