using System.Collections.Immutable;

namespace EdgeKit.Imaging;

/// <summary>The decoders in use. PPM, PGM, BMP and PNG are built in; JPEG goes to the first registered decoder that takes it, else libturbojpeg, else libjpeg.</summary>
public static class ImageCodecs
{
    private static readonly Lazy<IImageDecoder?> SystemJpeg = new(() => TurboJpegDecoder.Shared ?? (IImageDecoder?)LibJpegDecoder.Shared);
    private static ImmutableArray<IImageDecoder> registered = [];

    /// <summary>The name of the decoder that JPEG files go to, or "none".</summary>
    public static string JpegDecoderName => JpegDecoder(JpegHeader.Magic)?.Name ?? "none";

    /// <summary>
    /// Adds a decoder. Registered decoders are asked in the order of registration, for JPEG before the system's libraries and for every format that is not built in.
    /// </summary>
    /// <param name="decoder">The decoder, safe to call from several threads.</param>
    public static void Register(IImageDecoder decoder) =>
        ImmutableInterlocked.Update(ref registered, static (all, added) => all.Contains(added) ? all : all.Add(added), decoder);

    internal static void Unregister(IImageDecoder decoder) =>
        ImmutableInterlocked.Update(ref registered, static (all, removed) => all.Remove(removed), decoder);

    internal static Frame Decode(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            throw new ImageException("the file is empty");
        if (PngReader.Matches(data))
            return PngReader.Decode(data);
        if (Bmp.Matches(data))
            return Bmp.Decode(data);
        if (Netpbm.Matches(data))
            return Netpbm.Decode(data);
        if (data.StartsWith(JpegHeader.Magic))
        {
            JpegHeader.Parse(data);
            IImageDecoder decoder = JpegDecoder(data) ?? throw new ImageException(NoJpegDecoder());
            return decoder.Decode(data);
        }
        return Registered(data)?.Decode(data) ?? throw new ImageException("not a picture that is understood (JPEG, PNG, BMP, PPM or PGM)");
    }

    /// <summary>Decodes a JPEG into a picture of its size.</summary>
    internal static void DecodeJpeg(ReadOnlySpan<byte> data, Frame frame)
    {
        if (!data.StartsWith(JpegHeader.Magic)) throw new ImageException("not a JPEG");
        JpegHeader header = JpegHeader.Parse(data);
        if (header.Width != frame.Width || header.Height != frame.Height)
            throw new ImageException($"a JPEG of {header.Width}x{header.Height} pixels where {frame.Width}x{frame.Height} are expected");
        (JpegDecoder(data) ?? throw new ImageException(NoJpegDecoder())).DecodeInto(data, frame);
    }

    private static IImageDecoder? JpegDecoder(ReadOnlySpan<byte> head) => Registered(head) ?? SystemJpeg.Value;

    private static IImageDecoder? Registered(ReadOnlySpan<byte> head)
    {
        foreach (IImageDecoder decoder in registered)
        {
            if (decoder.CanDecode(head))
                return decoder;
        }
        return null;
    }

    private static string NoJpegDecoder() => "no JPEG library is installed; " + (
        OperatingSystem.IsWindows() ? "put turbojpeg.dll of libjpeg-turbo (https://libjpeg-turbo.org) on the PATH"
        : OperatingSystem.IsMacOS() ? "install one with: brew install jpeg-turbo"
        : "install one with: apt install libturbojpeg0 (Debian, Ubuntu, Raspberry Pi OS), dnf install turbojpeg, or apk add libturbojpeg");
}
