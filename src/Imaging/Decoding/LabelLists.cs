namespace EdgeKit.Imaging.Decoding;

/// <summary>Well-known lists of classes, by the names that the field "classes" of a model's JSON file uses.</summary>
public static class LabelLists
{
    /// <summary>The 80 classes of COCO's detection task in the order of their category numbers.</summary>
    public static IReadOnlyList<string> Coco80 { get; } =
    [
        "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light", "fire hydrant", "stop sign", "parking meter", "bench",
        "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis",
        "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle", "wine glass", "cup", "fork", "knife",
        "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed",
        "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "book", "clock",
        "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
    ];

    /// <summary>The 20 classes of PASCAL VOC in alphabetical order.</summary>
    public static IReadOnlyList<string> Voc20 { get; } =
    [
        "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep",
        "sofa", "train", "tvmonitor",
    ];

    /// <summary>The names of a model's classes: its own labels, else the list it names, else none.</summary>
    /// <param name="preprocessing">The model's settings.</param>
    /// <param name="name">What error messages call the model.</param>
    /// <returns>The names, by the index of the class; empty where the model gives none.</returns>
    /// <exception cref="ImageException">The list that it names is not known.</exception>
    public static IReadOnlyList<string> Of(Preprocessing preprocessing, string name) => preprocessing.Labels ?? preprocessing.Classes?.ToLowerInvariant() switch
    {
        null => [],
        "coco80" or "coco" => Coco80,
        "voc20" or "voc" => Voc20,
        _ => throw new ImageException($"{name}: \"classes\" is \"{preprocessing.Classes}\", which is not one of coco80, voc20; give the names as \"labels\""),
    };
}
