using System.Globalization;

namespace EdgeKit.Imaging;

/// <summary>The classes of pictures: a CSV file of lines "file name,class number". A first line whose class is not a number is a header; empty lines are skipped.</summary>
public sealed class LabelFile
{
    private readonly string path;
    private readonly Dictionary<string, int> classes;

    private LabelFile(string path, Dictionary<string, int> classes)
    {
        this.path = path;
        this.classes = classes;
    }

    /// <summary>The number of labelled files.</summary>
    public int Count => classes.Count;

    /// <summary>Reads a label file.</summary>
    /// <param name="path">The CSV file.</param>
    /// <returns>The classes by file name.</returns>
    /// <exception cref="ImageException">The file cannot be read, holds no label, or a line is malformed or contradicts an earlier one; the message names the line.</exception>
    public static LabelFile Load(string path)
    {
        Dictionary<string, int> classes = new(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in InputFile.ReadText(path).Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            int comma = line.LastIndexOf(',');
            string name = comma < 0 ? "" : line[..comma].Trim();
            if (name.Length == 0)
                throw new ImageException($"{path}, line {number}: expected \"file,class\"");
            if (!int.TryParse(line.AsSpan(comma + 1), NumberStyles.Integer, CultureInfo.InvariantCulture, out int label))
            {
                if (number == 1)
                    continue;
                throw new ImageException($"{path}, line {number}: the class \"{line[(comma + 1)..].Trim()}\" is not a number");
            }
            if (label < 0)
                throw new ImageException($"{path}, line {number}: the class {label} is negative");
            if (!classes.TryAdd(name, label) && classes[name] != label)
                throw new ImageException($"{path}, line {number}: {name} already has class {classes[name]}");
        }
        if (classes.Count == 0)
            throw new ImageException($"{path}: no line has the form \"file,class\"");
        return new LabelFile(path, classes);
    }

    /// <summary>The class of a picture.</summary>
    /// <param name="fileName">The file's name without its folder.</param>
    /// <returns>The class number, 0 or more.</returns>
    /// <exception cref="ImageException">The picture is not in the label file.</exception>
    public int ClassOf(string fileName) => classes.TryGetValue(fileName, out int label) ? label : throw new ImageException($"{path}: there is no line for {fileName}");
}
