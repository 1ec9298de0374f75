namespace EdgeKit.Imaging.Decoding;

/// <summary>A box that a detector's offsets start from; one stands in every cell of its level.</summary>
/// <param name="Stride">Pixels of the input for each cell of the level.</param>
/// <param name="Width">Width in pixels of the input.</param>
/// <param name="Height">Height in pixels of the input.</param>
public readonly record struct AnchorBox(int Stride, float Width, float Height);

/// <summary>The anchors of the decoders that have some, as settings give them or as the networks that they are named after have them.</summary>
internal static class Anchors
{
    // Ultra-Light-Fast-Generic-Face-Detector-1MB.
    private static readonly float[][] UltraFaceSides = [[10, 16, 24], [32, 48], [64, 96], [128, 192, 256]];

    // RetinaFace with a MobileNet-0.25 in Face-Detector-1MB-with-landmark.
    private static readonly float[][] RetinaFaceSides = [[10, 20], [32, 64], [128, 256]];

    // YOLOv5 for COCO.
    private static readonly float[][] YoloSizes = [[10, 13, 16, 30, 33, 23], [30, 61, 62, 45, 59, 119], [116, 90, 156, 198, 373, 326]];

    /// <summary>Strides of the levels, and for each widths and heights by turns; null for a decoder without anchors. Their numbers may differ: settings come from a file.</summary>
    public static (IReadOnlyList<int> Strides, IReadOnlyList<IReadOnlyList<float>> Sizes)? Of(Preprocessing preprocessing, DecoderSettings settings)
    {
        IReadOnlyList<IReadOnlyList<float>>? sizes = settings.Kind.ToLowerInvariant() switch
        {
            DecoderKinds.SsdPriors => settings.Anchors ?? Squares(settings.MinSizes ?? UltraFaceSides),
            DecoderKinds.RetinaFace => settings.Anchors ?? Squares(settings.MinSizes ?? RetinaFaceSides),
            DecoderKinds.YoloV5 => settings.Anchors ?? YoloSizes,
            _ => null,
        };
        return sizes is null ? null : (DecoderContext.StridesOf(preprocessing, settings, [.. Enumerable.Range(0, sizes.Count).Select(static l => 8 << l)]), sizes);
    }

    private static IReadOnlyList<IReadOnlyList<float>> Squares(IReadOnlyList<IReadOnlyList<float>> sides) =>
        [.. sides.Select(static level => (float[])[.. level.SelectMany(static side => new[] { side, side })])];
}
