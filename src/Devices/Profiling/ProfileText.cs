using System.Globalization;
using System.Text;
using EdgeKit.Devices.Boards;

namespace EdgeKit.Devices.Profiling;

/// <summary>Profiles as text of 80 columns.</summary>
public static class ProfileText
{
    private const int SlowestLayers = 10;
    private const string Unknown = "not known";

    /// <summary>The profile.</summary>
    public static string Of(BoardProfile profile)
    {
        var text = new StringBuilder(Of(profile.Board));
        foreach (ModelProfile model in profile.Models)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Lines.End(model.Name, 36)}: {model.Precision}, {model.FileBytes / 1e6:F2} MB, {(model.ArenaBytes + model.PackedBytes + model.FileBytes) / 1e6:F2} MB of memory\n");
            text.Append(Points(model)).Append('\n');
            if (model.Layers.Count > 0) text.Append(Layers(model)).Append('\n');
        }
        text.Append(profile.PowerMeter is { } meter ? $"\nEnergy is that of the whole board, by its {meter}.\n" : "\nEnergy: not measured.\n");
        text.Append(profile.Disturbance is { } why ? $"NOT VALID: {why}" : "Valid: nothing throttled or disturbed it, as far as the machine tells.");
        return text.ToString();
    }

    /// <summary>The machine.</summary>
    public static string Of(Board board)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"board    {board.Model ?? Unknown}\n");
        text.Append(CultureInfo.InvariantCulture, $"cores    {board.Processors}\n");
        string memory = board.MemoryBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB") : Unknown;
        text.Append(CultureInfo.InvariantCulture, $"clock    governor {board.Governor ?? Unknown}{(board.PowerMode is null ? "" : $", power mode {board.PowerMode}")}; memory {memory}\n");
        text.Append(CultureInfo.InvariantCulture, $"system   {board.Os ?? Unknown}, Linux {board.Kernel ?? Unknown}, glibc {board.CLibrary ?? Unknown}\n");
        return text.ToString();
    }

    private static Lines Points(ModelProfile model)
    {
        var table = new Lines("  threads on cores", "p50 ms", "p90", "p99", "mean", "MHz", "°C", "mJ", "");
        foreach (PointProfile point in model.Points)
        {
            double? mhz = null, celsius = null;
            foreach (RoundProfile round in point.Rounds)
            {
                if (round.Mhz is { } clock && !(clock >= mhz)) mhz = clock;
                if (round.Celsius is { } degrees && !(degrees <= celsius)) celsius = degrees;
            }
            table.Add($"  {point.Point.Threads} on {point.Point.CoreText}{(point.Point.Kind is { } kind ? $" ({kind})" : "")}", Lines.Milliseconds(point.P50Ms), Lines.Milliseconds(point.P90Ms),
                Lines.Milliseconds(point.P99Ms), Lines.Milliseconds(point.MeanMs), Number(mhz, "F0"), Number(celsius, "F0"), Number(point.Millijoules, "F1"), point.Disturbance is null ? "" : "DISTURBED");
        }
        return table;
    }

    private static Lines Layers(ModelProfile model)
    {
        double all = model.Layers.Select(static l => l.Ms).Sum();
        ProfiledLayer[] slowest = model.Layers.OrderByDescending(static l => l.Ms).Take(SlowestLayers);
        var table = new Lines($"  slowest of {model.Layers.Count} operators", "kind", "output", "µs", "%", "MMAC");
        foreach (ProfiledLayer layer in slowest)
        {
            table.Add($"  {layer.Name}", layer.Kind, string.Join('x', layer.Output), Number(layer.Ms * 1e3, "F1"), Number(layer.Ms / all * 100, "F1"), layer.Macs > 0 ? Number(layer.Macs / 1e6, "F2") : "");
        }
        return table;
    }

    private static string Number(double? value, string format) => value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : "-";
}
