using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Cli.Evaluating;

/// <summary>PASCAL VOC's classes for a model's labels: by the same name, or by COCO's.</summary>
internal static class VocNames
{
    private static readonly Dictionary<string, string> Coco = new(StringComparer.Ordinal)
    {
        ["airplane"] = "aeroplane",
        ["dining table"] = "diningtable",
        ["motorcycle"] = "motorbike",
        ["potted plant"] = "pottedplant",
        ["couch"] = "sofa",
        ["tv"] = "tvmonitor",
    };

    /// <summary>For each of the model's classes the index into <see cref="LabelLists.Voc20"/>, or -1 where VOC has none.</summary>
    public static int[] Map(IReadOnlyList<string> labels)
    {
        List<string> voc = [.. LabelLists.Voc20];
        return [.. labels.Select(label => voc.IndexOf(Coco.GetValueOrDefault(label, label)))];
    }
}
