namespace EdgeKit.Imaging.ImageSharp;

/// <summary>SixLabors.ImageSharp as a decoder, in builds with that package on.</summary>
public static class ImageSharpAdapter
{
    /// <summary>The decoder to hand to <see cref="ImageCodecs.Register"/>, or null in a build without the package.</summary>
    public static IImageDecoder? Create()
#if VENDORS
        => new ImageSharpDecoder();
#else
        => null;
#endif
}
