using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Cli.Evaluating;

/// <summary>Reads PASCAL VOC's XML files: the objects of a picture. Their pixels count from 1, both ends included.</summary>
internal static class VocAnnotation
{
    private const long MostBytes = 4 << 20;

    /// <summary>The objects that a file names.</summary>
    /// <param name="path">The XML file.</param>
    /// <returns>Boxes whose classes are indices into <see cref="LabelLists.Voc20"/>.</returns>
    /// <exception cref="ImageException">The file cannot be read, is malformed, or names another class; the message names it.</exception>
    public static IReadOnlyList<Truth> Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            if (stream.Length > MostBytes) throw new ImageException($"{path}: {stream.Length} bytes are no annotation");
            using XmlReader reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return [.. XDocument.Load(reader).Root!.Elements("object").Select(o => ObjectOf(o, path))];
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"{path}: {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such annotation" : $"cannot be read: {e.Message}")}", e);
        }
    }

    private static Truth ObjectOf(XElement element, string path)
    {
        string name = element.Element("name")?.Value.Trim() ?? "";
        int index = LabelLists.Voc20.ToList().IndexOf(name);
        if (index < 0) throw new ImageException($"{path}: \"{name}\" is no class of PASCAL VOC");
        XElement box = element.Element("bndbox") ?? throw new ImageException($"{path}: a {name} has no bndbox");
        var edges = new Detection(index, 1, Number("xmin") - 1, Number("ymin") - 1, Number("xmax"), Number("ymax"));
        if (!(edges.Right > edges.Left) || !(edges.Bottom > edges.Top)) throw new ImageException($"{path}: the box of a {name} is empty");
        return new Truth(edges, element.Element("difficult")?.Value.Trim() == "1");

        float Number(string side) => float.TryParse(box.Element(side)?.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
            ? value
            : throw new ImageException($"{path}: the box of a {name} has no number {side}");
    }
}
