using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;

namespace EdgeKit.Imaging.ImageSharp;

/// <summary>JPEG, WebP, GIF, TIFF and QOI; of several frames the first.</summary>
internal sealed class ImageSharpDecoder : IImageDecoder
{
    /// <summary>With the version that Directory.Packages.props pins; a test compares.</summary>
    internal const string VersionedName = "ImageSharp 3.1.12";

    private static readonly DecoderOptions FirstFrame = new() { MaxFrames = 1, SkipMetadata = true };

    private static ReadOnlySpan<byte> JpegStart => [0xFF, 0xD8, 0xFF];

    public string Name => VersionedName;

    public bool CanDecode(ReadOnlySpan<byte> head)
        => head.StartsWith(JpegStart) || head.StartsWith("RIF"u8) || head.StartsWith("GIF"u8)
        || head.StartsWith("II*"u8) || head.StartsWith("MM\0"u8) || head.StartsWith("qoi"u8);

    public Frame Decode(ReadOnlySpan<byte> data)
    {
        try
        {
            // The frame checks the size that the header claims before anything is decoded.
            ImageInfo info = Image.Identify(FirstFrame, data);
            var frame = new Frame(info.Width, info.Height);
            using Image<Rgb24> image = Image.Load<Rgb24>(FirstFrame, data);
            if (image.Width != frame.Width || image.Height != frame.Height) throw new ImageException("the first frame is not of the picture's size");
            image.CopyPixelDataTo(frame.Pixels);
            return frame;
        }
        catch (Exception e) when (e is not (ImageException or OutOfMemoryException))
        {
            // Damaged files reach the decoders' inner loops, which throw more than ImageFormatException.
            throw new ImageException(e.Message.ReplaceLineEndings(" "), e);
        }
    }
}
