namespace EdgeKit.Imaging;

/// <summary>The binary CIFAR-10 format: records of one label byte and three 32x32 planes, red, green, blue (Krizhevsky, "Learning Multiple Layers of Features", 2009).</summary>
internal static class CifarFile
{
    private const int Side = 32;
    private const int PlaneBytes = Side * Side;
    private const int RecordBytes = 1 + 3 * PlaneBytes;

    internal static IEnumerable<ImageItem> Open(string path)
    {
        byte[] data = InputFile.ReadBytes(path);
        if (data.Length == 0 || data.Length % RecordBytes != 0)
            throw new ImageException($"{path}: {data.Length} bytes are not a whole number of CIFAR-10 records of {RecordBytes} bytes");
        return Enumerable.Range(0, data.Length / RecordBytes)
            .Select(i => new ImageItem($"{Path.GetFileName(path)}[{i}]", data[i * RecordBytes], () => ToFrame(data.AsSpan(i * RecordBytes + 1))));
    }

    private static Frame ToFrame(ReadOnlySpan<byte> planes)
    {
        Frame frame = new(Side, Side);
        for (int i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = planes[i % 3 * PlaneBytes + i / 3];
        return frame;
    }
}
