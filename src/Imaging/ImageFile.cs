namespace EdgeKit.Imaging;

/// <summary>Reads and writes picture files. The format is recognised by the file's first bytes, never by its name. Safe to call from several threads.</summary>
public static class ImageFile
{
    /// <summary>
    /// Reads a picture: JPEG, PNG, BMP (8-bit palette, 24 and 32 bits), PPM or PGM (binary), or what a registered decoder takes. Greyscale becomes RGB, deeper samples are cut to
    /// 8 bits; alpha and EXIF orientation are ignored, as model training pipelines built on Pillow's convert("RGB") ignore them.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="ImageException">The file cannot be read, is malformed, or has more than <see cref="Frame.MaxPixels"/> pixels.</exception>
    public static Frame Load(string path) => Decode(InputFile.ReadBytes(path), path);

    /// <summary>Decodes a picture that is already in memory; see <see cref="Load"/>.</summary>
    /// <param name="data">The file's content.</param>
    /// <param name="nameForErrors">What error messages call the picture.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="ImageException">The content is malformed, or has more than <see cref="Frame.MaxPixels"/> pixels.</exception>
    public static Frame Decode(ReadOnlySpan<byte> data, string nameForErrors)
    {
        try
        {
            return ImageCodecs.Decode(data);
        }
        catch (ImageException e)
        {
            throw new ImageException($"{nameForErrors}: {e.Message}", e);
        }
    }

    /// <summary>A picture as the content of a PNG file.</summary>
    /// <param name="frame">The picture.</param>
    /// <returns>8-bit RGB PNG.</returns>
    public static byte[] EncodePng(Frame frame)
    {
        using MemoryStream stream = new();
        PngWriter.Write(frame, stream);
        return stream.ToArray();
    }

    /// <summary>Writes a picture as PNG or binary PPM, under a temporary name that is then renamed.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="path">The file; its extension, .png or .ppm, chooses the format.</param>
    /// <exception cref="ImageException">The extension is another, or the file cannot be written.</exception>
    public static void Save(Frame frame, string path)
    {
        Action<Stream> write = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PNG" => stream => PngWriter.Write(frame, stream),
            ".PPM" => stream => Netpbm.Write(frame, stream),
            _ => throw new ImageException($"{path}: pictures are written as .png or .ppm"),
        };
        AtomicFile.Write(path, write);
    }
}
