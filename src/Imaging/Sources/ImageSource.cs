using System.Collections;

namespace EdgeKit.Imaging;

/// <summary>
/// A list of pictures for calibration or measurement: names and labels at once, pixels only when an item's <see cref="ImageItem.Load"/> is called, from any thread.
/// </summary>
public sealed class ImageSource : IReadOnlyList<ImageItem>
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".bmp", ".ppm", ".pgm"];

    private readonly List<ImageItem> items;

    private ImageSource(List<ImageItem> items) => this.items = items;

    /// <summary>The number of pictures.</summary>
    public int Count => items.Count;

    /// <summary>One picture.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public ImageItem this[int index] => items[index];

    /// <summary>
    /// Opens folders, picture files and CIFAR-10 files (.bin, which bring their labels), in the order given. Of a folder, the files named .jpg, .jpeg, .png, .bmp, .ppm or .pgm
    /// directly in it are taken, in ordinal order of their names; a picture file that is named itself may have any extension but .bin.
    /// </summary>
    /// <param name="paths">One or more paths.</param>
    /// <returns>At least one picture.</returns>
    /// <exception cref="ImageException">A path does not exist or cannot be read, a folder holds no picture, or a .bin file is not CIFAR-10.</exception>
    public static ImageSource Open(params IReadOnlyList<string> paths)
    {
        List<ImageItem> items = [];
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
                items.AddRange(OpenFolder(path));
            else if (!File.Exists(path))
                throw new ImageException($"{path}: there is no such file or folder");
            else if (Path.GetExtension(path).Equals(".bin", StringComparison.OrdinalIgnoreCase))
                items.AddRange(CifarFile.Open(path));
            else
                items.Add(FileItem(path));
        }
        if (items.Count == 0)
            throw new ImageException("no pictures are named");
        return new ImageSource(items);
    }

    /// <summary>Makes pictures of uniform noise: enough to measure latency, meaningless for accuracy.</summary>
    /// <param name="seed">The same seed gives the same pictures.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <returns>The pictures, each made when it is loaded.</returns>
    public static ImageSource Noise(int seed, int count, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new ImageSource([.. Enumerable.Range(0, count).Select(i => new ImageItem($"noise[{i}]", null, () => NoiseFrame(unchecked(seed * 1_000_003 + i), width, height)))]);
    }

    /// <summary>The same pictures with the classes of a label file.</summary>
    /// <param name="labels">The classes by file name.</param>
    /// <returns>A source whose items all have a label.</returns>
    /// <exception cref="ImageException">A picture is not in the label file.</exception>
    public ImageSource WithLabels(LabelFile labels) => new([.. items.Select(item => item with { Label = labels.ClassOf(item.Name) })]);

    /// <inheritdoc/>
    public IEnumerator<ImageItem> GetEnumerator() => items.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static List<ImageItem> OpenFolder(string folder)
    {
        try
        {
            string[] files = Directory.EnumerateFiles(folder).Where(file => Extensions.Any(e => e.Equals(Path.GetExtension(file), StringComparison.OrdinalIgnoreCase)));
            Array.Sort(files, StringComparer.Ordinal);
            List<ImageItem> items = [.. files.Select(FileItem)];
            return items.Count > 0 ? items : throw new ImageException($"{folder}: the folder holds no pictures ({string.Join(", ", Extensions)})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"{folder}: cannot be read: {e.Message}", e);
        }
    }

    private static ImageItem FileItem(string path) => new(Path.GetFileName(path), null, () => ImageFile.Load(path));

    private static Frame NoiseFrame(int seed, int width, int height)
    {
        Frame frame = new(width, height);
        new Random(seed).NextBytes(frame.Pixels);
        return frame;
    }
}
