namespace EdgeKit.Imaging.Decoding;

/// <summary>What a decoder is made from.</summary>
internal sealed record DecoderContext(
    Preprocessing Preprocessing, DecoderSettings Settings, IReadOnlyList<string> Labels, IReadOnlyList<OutputShape> Outputs, float[][] Values, string Name)
{
    /// <summary>The strides of the levels.</summary>
    public IReadOnlyList<int> Strides(params int[] usual) => StridesOf(Preprocessing, Settings, usual);

    /// <summary>The strides of the levels, of settings whose model is not known.</summary>
    public static IReadOnlyList<int> StridesOf(Preprocessing preprocessing, DecoderSettings settings, int[] usual) =>
        (settings.Strides ?? preprocessing.Strides) is { Count: > 0 and <= 16 } own ? own : usual;

    /// <summary>The cells of a level: the input divided by the stride, rounded up.</summary>
    public (int Columns, int Rows) Grid(int stride) => ((Preprocessing.Width + stride - 1) / stride, (Preprocessing.Height + stride - 1) / stride);

    /// <summary>An output as a table of positions by channels, or null.</summary>
    public HeadView? View(int output, int positions) => HeadView.Of(Values[output], Outputs[output].Dims, positions);

    /// <summary>An output as a table of the cells of a level by channels, or null.</summary>
    public HeadView? LevelView(int output, int stride) =>
        HeadView.Of(Values[output], Outputs[output].Dims, Grid(stride).Columns * Grid(stride).Rows, Grid(stride));

    /// <summary>The only output.</summary>
    public OutputShape SingleOutput => Outputs is [{ } only] ? only : throw Unfit("one output");

    /// <summary>The model's outputs are not what the decoder needs.</summary>
    public ImageException Unfit(string needs) => new(
        $"{Name}: decoder \"{Settings.Kind}\" needs {needs} for an input of {Preprocessing.Width}x{Preprocessing.Height}"
        + $"{(Labels.Count > 0 ? $" and {Labels.Count} labels" : "")}, but the model has {string.Join(", ", Outputs)}");

    /// <summary>Refuses a head with another number of classes than labels.</summary>
    public void RequireClasses(int classes)
    {
        if (classes < 1 || (Labels.Count > 0 && Labels.Count != classes)) throw Unfit(Labels.Count > 0 ? $"scores of {Labels.Count} classes" : "scores of at least one class");
    }
}
