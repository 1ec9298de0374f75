using System.Globalization;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Agent;

/// <summary><c>--tile HALO|auto</c>: pictures are looked at as they are, in overlapping tiles of the model's input.</summary>
/// <param name="Halo">Pixels between a tile's own area and its edges; null for the radius of what the model's outputs see.</param>
internal sealed record TileChoice(int? Halo)
{
    private const int Most = 4096;

    /// <summary>Reads the option.</summary>
    /// <returns>What it says; null where it is not given.</returns>
    /// <exception cref="UsageException">It is neither a number nor <c>auto</c>.</exception>
    public static TileChoice? Of(Arguments arguments) => arguments.Text("--tile") is not { } text ? null : new TileChoice(text == "auto" ? null : arguments.Number("--tile", 0, Most));

    /// <summary>The loop over a model's tiles.</summary>
    /// <exception cref="UsageException">The model cannot be run tile by tile; the message says why.</exception>
    public TileLoop For(AgentModel model, string path)
    {
        if (model.Decoder is not { CanTile: true }) throw new UsageException($"{path}: --tile is for detectors of boxes without landmarks");
        IReadOnlyDictionary<string, string> facts = model.Session.File.Properties;
        int stride = Fact(facts, PlanProperties.Stride) ?? throw new UsageException($"{path}: does not say its stride, which --tile needs; compile it again");
        if (Halo is { } halo) return new TileLoop(model, halo, stride);
        int radius = Fact(facts, PlanProperties.ReceptiveRadius) ?? throw new UsageException($"{path}: its outputs see all of the input, so that no halo makes tiles find what the whole picture would; choose one all the same, such as --tile 64");
        (int width, int height) = model.InputSize;
        int side = Math.Min(width, height);
        if (side < (2 * radius) + stride)
            throw new UsageException($"{path}: its outputs see {radius} pixels far, which leaves nothing of tiles of {width}x{height}; compile it for a larger input (--shape), or choose a smaller halo, such as --tile {side / 4}");
        return new TileLoop(model, radius, stride);
    }

    private static int? Fact(IReadOnlyDictionary<string, string> facts, string name) =>
        facts.TryGetValue(name, out string? text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is >= 1 and <= 1 << 20 ? value : null;
}
