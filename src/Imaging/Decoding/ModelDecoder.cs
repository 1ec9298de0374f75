namespace EdgeKit.Imaging.Decoding;

/// <summary>
/// Turns the outputs of a model into boxes, lanes and masks in pixels of the picture. All memory is made by <see cref="Create"/>; decoding allocates nothing. For each picture:
/// run the model, fill every <see cref="Output"/>, then <see cref="Decode"/>. One decoder serves one thread at a time.
/// </summary>
public abstract class ModelDecoder
{
    private const int MaxElements = 1 << 26;

    private readonly float[][] _outputs;

    private protected ModelDecoder(DecoderContext context, Findings findings)
    {
        _outputs = context.Values;
        Findings = findings;
        Labels = context.Labels;
        Input = (context.Preprocessing.Width, context.Preprocessing.Height);
    }

    /// <summary>The names of classes, by <see cref="Detection.Class"/>; empty where the model gives none.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Whether it finds boxes.</summary>
    public virtual bool FindsBoxes => false;

    /// <summary>Whether it finds lane lines.</summary>
    public virtual bool FindsLanes => false;

    /// <summary>What was found last.</summary>
    private protected Findings Findings { get; }

    /// <summary>The model's input in pixels.</summary>
    private protected (int Width, int Height) Input { get; }

    /// <summary>Makes the decoder that a model's settings ask for.</summary>
    /// <param name="preprocessing">The model's settings, at the size of its input.</param>
    /// <param name="outputs">The model's outputs; their shapes are checked against what the decoder needs.</param>
    /// <param name="name">What error messages call the model.</param>
    /// <returns>The decoder.</returns>
    /// <exception cref="ImageException">No decoder or an unknown one is named, or the outputs are not what it decodes.</exception>
    public static ModelDecoder Create(Preprocessing preprocessing, IReadOnlyList<OutputShape> outputs, string name)
    {
        DecoderSettings settings = SettingsOf(preprocessing)
            ?? throw new ImageException($"{name}: its preprocessing names no decoder; add \"decoder\": one of {string.Join(", ", DecoderKinds.All)}");
        var context = new DecoderContext(preprocessing, settings, LabelLists.Of(preprocessing, name), outputs, [.. outputs.Select(o => new float[Elements(o, name)])], name);
        return settings.Kind.ToLowerInvariant() switch
        {
            DecoderKinds.FastestDet => new FastestDetDecoder(context),
            DecoderKinds.NanoDet => new DistanceDecoder(context, DistanceForm.NanoDet),
            DecoderKinds.Fcos => new DistanceDecoder(context, DistanceForm.Fcos),
            DecoderKinds.YoloX => new YoloXDecoder(context),
            DecoderKinds.YoloV5 => outputs.Count == 1 ? new YoloTableDecoder(context, hasObjectness: true) : new YoloAnchorDecoder(context),
            DecoderKinds.YoloV8 => outputs.Count == 1 ? new YoloTableDecoder(context, hasObjectness: false) : new DistanceDecoder(context, DistanceForm.YoloV8),
            DecoderKinds.SsdPriors or DecoderKinds.RetinaFace => new PriorDecoder(context),
            DecoderKinds.Segmentation => new SegmentationDecoder(context),
            DecoderKinds.RowAnchors => new RowAnchorDecoder(context),
            _ => throw new ImageException($"{name}: there is no decoder \"{settings.Kind}\"; there are {string.Join(", ", DecoderKinds.All)}"),
        };
    }

    /// <summary>The decoder that a model's settings ask for: <see cref="DecoderKinds.Segmentation"/> for the task "segment" unless they name another.</summary>
    /// <param name="preprocessing">The model's settings.</param>
    /// <returns>The decoder's settings; null where there is none.</returns>
    public static DecoderSettings? SettingsOf(Preprocessing preprocessing) =>
        preprocessing.Decoder ?? (preprocessing.Task == "segment" ? new DecoderSettings { Kind = DecoderKinds.Segmentation } : null);

    /// <summary>The anchors of a detector, level after level; none for other models.</summary>
    /// <param name="preprocessing">The model's settings.</param>
    public static IReadOnlyList<AnchorBox> AnchorsOf(Preprocessing preprocessing)
    {
        if (SettingsOf(preprocessing) is not { } settings || Anchors.Of(preprocessing, settings) is not { } levels) return [];
        var boxes = new List<AnchorBox>();
        for (int l = 0; l < Math.Min(levels.Strides.Count, levels.Sizes.Count); l++)
            for (int k = 0; k + 1 < levels.Sizes[l].Count; k += 2) boxes.Add(new AnchorBox(levels.Strides[l], levels.Sizes[l][k], levels.Sizes[l][k + 1]));
        return boxes;
    }

    /// <summary>Room for an output's values in the model's dimension order.</summary>
    /// <param name="index">Number of the output.</param>
    public Span<float> Output(int index) => _outputs[index];

    /// <summary>Decodes what the outputs hold.</summary>
    /// <param name="mapping">Where the picture lies in the model's input, as preprocessing returned it.</param>
    /// <param name="width">Width of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <returns>What was found: the same object each time.</returns>
    public Findings Decode(ImageMapping mapping, int width, int height)
    {
        Findings.Clear();
        Find(new Placement(mapping, width, height));
        return Findings;
    }

    /// <summary>Whether it can decode a picture tile by tile: boxes without landmarks.</summary>
    public virtual bool CanTile => false;

    /// <summary>Begins a picture of which <see cref="AddTile"/> then decodes one tile after the other.</summary>
    /// <exception cref="NotSupportedException">It cannot (<see cref="CanTile"/>).</exception>
    public void BeginTiles()
    {
        if (!CanTile) throw new NotSupportedException("only boxes without landmarks can be found tile by tile");
        Findings.Clear();
        StartTiles();
    }

    /// <summary>Decodes what the outputs hold of a tile. What lies in the tile's own area counts; the rest is other tiles'.</summary>
    /// <param name="mapping">Where the picture lies in the model's input: for a tile at (x, y) that is as large as the input, scales of 1 and offsets of -x and -y.</param>
    /// <param name="width">Width of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <param name="own">The tile's own area, of <see cref="TilePlan"/>.</param>
    public void AddTile(ImageMapping mapping, int width, int height, TileArea own) => FindInTile(new Placement(mapping, width, height), own);

    /// <summary>Ends the picture: suppresses boxes over all tiles together.</summary>
    /// <returns>What was found: the same object each time.</returns>
    public Findings EndTiles()
    {
        FinishTiles();
        return Findings;
    }

    private protected abstract void Find(Placement placement);

    private protected virtual void StartTiles()
    {
    }

    private protected virtual void FindInTile(Placement placement, TileArea? own)
    {
    }

    private protected virtual void FinishTiles()
    {
    }

    private static int Elements(OutputShape output, string name)
    {
        long count = 1;
        foreach (int size in output.Dims)
        {
            count *= size;
            if (size < 1 || count > MaxElements) throw new ImageException($"{name}: its output {output} cannot be decoded: a size is not positive, or all of them too large");
        }
        return (int)count;
    }
}
