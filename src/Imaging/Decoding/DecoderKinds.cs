namespace EdgeKit.Imaging.Decoding;

/// <summary>The decoders by the names that a model's JSON file uses.</summary>
public static class DecoderKinds
{
    /// <summary>FastestDet: one grid; objectness, box, class probabilities.</summary>
    public const string FastestDet = "fastestdet";

    /// <summary>NanoDet: distances to the four sides as distributions (generalised focal loss).</summary>
    public const string NanoDet = "nanodet";

    /// <summary>FCOS and the like: distances to the four sides in strides, class logits.</summary>
    public const string Fcos = "fcos";

    /// <summary>YOLOX: centre and size relative to the cell, objectness, class probabilities.</summary>
    public const string YoloX = "yolox";

    /// <summary>YOLOv5, v7: anchors; the decoded table or the heads.</summary>
    public const string YoloV5 = "yolov5";

    /// <summary>YOLOv8 and later: the decoded table, or heads with distances as distributions.</summary>
    public const string YoloV8 = "yolov8";

    /// <summary>SSD and UltraFace: offsets from priors, background as class 0.</summary>
    public const string SsdPriors = "ssd-priors";

    /// <summary>RetinaFace: offsets from priors, with landmarks.</summary>
    public const string RetinaFace = "retinaface";

    /// <summary>Masks: one channel (a probability) or a channel for each class (logits).</summary>
    public const string Segmentation = "segmentation";

    /// <summary>Lanes as one column for each row anchor (Ultra Fast Lane Detection).</summary>
    public const string RowAnchors = "row-anchors";

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<string> All { get; } = [FastestDet, NanoDet, Fcos, YoloX, YoloV5, YoloV8, SsdPriors, RetinaFace, Segmentation, RowAnchors];

    /// <summary>Whether a decoder finds boxes, of which each has its own confidence.</summary>
    /// <param name="kind">One of <see cref="All"/>.</param>
    public static bool RanksBoxes(string kind) => kind.ToLowerInvariant() is not (Segmentation or RowAnchors);
}
