namespace SixLabors.ImageSharp
{
    using SixLabors.ImageSharp.Formats;
    using SixLabors.ImageSharp.PixelFormats;

    public abstract class Image : IDisposable
    {
        internal Image() => throw Shape.Absent;

        public int Width => throw Shape.Absent;

        public int Height => throw Shape.Absent;

        public static ImageInfo Identify(DecoderOptions options, ReadOnlySpan<byte> buffer) => throw Shape.Absent;

        public static Image<TPixel> Load<TPixel>(DecoderOptions options, ReadOnlySpan<byte> data)
            where TPixel : unmanaged, IPixel<TPixel>
            => throw Shape.Absent;

        public void Dispose() => throw Shape.Absent;
    }

    public sealed class Image<TPixel> : Image
        where TPixel : unmanaged, IPixel<TPixel>
    {
        internal Image() => throw Shape.Absent;

        public void CopyPixelDataTo(Span<byte> destination) => throw Shape.Absent;
    }

    public class ImageInfo
    {
        internal ImageInfo() => throw Shape.Absent;

        public int Width => throw Shape.Absent;

        public int Height => throw Shape.Absent;
    }
}

namespace SixLabors.ImageSharp.Formats
{
    public sealed class DecoderOptions
    {
        public bool SkipMetadata
        {
            get => throw Shape.Absent;
            init => throw Shape.Absent;
        }

        public uint MaxFrames
        {
            get => throw Shape.Absent;
            init => throw Shape.Absent;
        }
    }
}

namespace SixLabors.ImageSharp.PixelFormats
{
    public interface IPixel
    {
    }

    public interface IPixel<TSelf> : IPixel
        where TSelf : unmanaged, IPixel<TSelf>
    {
    }

    public struct Rgb24 : IPixel<Rgb24>
    {
    }
}
