namespace EdgeKit.Imaging;

/// <summary>
/// Decodes pictures for <see cref="ImageFile"/>. An adapter for an image library implements it and hands an instance to <see cref="ImageCodecs.Register"/>.
/// Implementations must be safe to call from several threads at once.
/// </summary>
public interface IImageDecoder
{
    /// <summary>The decoder's name and, where known, version, for reports: JPEG decoders differ in the last bit.</summary>
    string Name { get; }

    /// <summary>Whether this decoder takes the file, judged by its first bytes.</summary>
    /// <param name="head">The first bytes of the file: all of it, or at least 3.</param>
    /// <returns>True when <see cref="Decode"/> may be called.</returns>
    bool CanDecode(ReadOnlySpan<byte> head);

    /// <summary>
    /// Decodes a whole file. Greyscale becomes RGB; alpha and EXIF orientation are ignored. Of a JPEG, size, completeness and coding process have been checked before;
    /// of any other format the decoder checks the size itself, before it allocates (<see cref="Frame.MaxPixels"/>).
    /// </summary>
    /// <param name="data">The file's content.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="ImageException">The content is malformed or of an unsupported kind; the message does not name the file, the caller adds it.</exception>
    Frame Decode(ReadOnlySpan<byte> data);

    /// <summary>Decodes a whole file into a picture that is already there, without allocating where the decoder can.</summary>
    /// <param name="data">The file's content.</param>
    /// <param name="frame">Where the picture goes; of the picture's size, which the caller has checked.</param>
    /// <exception cref="ImageException">As <see cref="Decode"/>.</exception>
    void DecodeInto(ReadOnlySpan<byte> data, Frame frame) => Decode(data).Pixels.CopyTo(frame.Pixels, 0);
}
