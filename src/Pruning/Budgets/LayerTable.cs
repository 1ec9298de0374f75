namespace EdgeKit.Pruning.Budgets;

/// <summary>Times of layers at some widths, and by interpolation between them at all: bilinear in input and output channels, and never falling as widths grow.</summary>
internal sealed class LayerTable
{
    private readonly Dictionary<LayerShape, SortedDictionary<int, SortedDictionary<int, double>>> _families = [];

    public LayerTable(IEnumerable<MeasuredLayer> layers)
    {
        foreach (MeasuredLayer layer in layers) Add(layer);
    }

    /// <summary>Adds a measured layer.</summary>
    public void Add(MeasuredLayer layer)
    {
        LayerShape family = FamilyOf(layer.Shape);
        if (!_families.TryGetValue(family, out var rows)) _families.Add(family, rows = []);
        if (!rows.TryGetValue(layer.Shape.Inputs, out var row)) rows.Add(layer.Shape.Inputs, row = []);
        row[layer.Shape.Outputs] = layer.Ms;
    }

    /// <summary>The time of a layer; null where none of its kind was measured.</summary>
    public double? Find(LayerShape shape)
    {
        if (!_families.TryGetValue(FamilyOf(shape), out var rows)) return null;
        // Layers that keep their channels were measured with equally many on both sides: what counts is one of them.
        if (IsSquare(shape)) return Along([.. rows.Select(static r => (r.Key, r.Value.Values.First()))], shape.Outputs);
        // Networks measure grids of several widths: rows that do not reach so far would have to be guessed.
        var reaching = rows.Where(r => r.Value.Keys.Last() >= shape.Outputs).ToArray();
        return Along([.. (reaching.Length > 0 ? reaching : [.. rows]).Select(r => (r.Key, Along([.. r.Value.Select(static c => (c.Key, c.Value))], shape.Outputs)))], shape.Inputs);
    }

    /// <summary>Whether a layer has as many outputs as inputs by its kind.</summary>
    public static bool IsSquare(LayerShape shape) => shape.Kind != LayerKind.Dense;

    // Widths apart, layers of one family are alike.
    private static LayerShape FamilyOf(LayerShape shape) => shape with { Inputs = 0, Outputs = 0, Groups = shape.Kind == LayerKind.Depthwise ? 0 : shape.Groups };

    // What disturbs a measurement makes it longer: no layer takes more than a wider one. Outside of the points times are proportional.
    private static double Along((int Width, double Ms)[] points, int width)
    {
        double least = double.PositiveInfinity;
        for (int i = points.Length - 1; i >= 0; i--) points[i].Ms = least = Math.Min(least, points[i].Ms);
        if (width <= points[0].Width) return points[0].Ms * width / points[0].Width;
        for (int i = 1; i < points.Length; i++)
        {
            if (width > points[i].Width) continue;
            double t = (double)(width - points[i - 1].Width) / (points[i].Width - points[i - 1].Width);
            return points[i - 1].Ms + t * (points[i].Ms - points[i - 1].Ms);
        }
        return points[^1].Ms * width / points[^1].Width;
    }
}
