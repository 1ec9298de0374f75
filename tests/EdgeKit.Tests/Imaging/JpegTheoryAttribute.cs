using EdgeKit.Imaging;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Imaging;

/// <summary>A theory that needs one of the system's JPEG libraries, or both. Skipped without.</summary>
internal sealed class JpegTheoryAttribute : TheoryAttribute
{
    /// <summary>The decoders on this machine.</summary>
    public static IReadOnlyList<IImageDecoder> Decoders { get; } = [.. new IImageDecoder?[] { TurboJpegDecoder.Shared, LibJpegDecoder.Shared }.OfType<IImageDecoder>()];

    /// <summary>Whether the test compares the two.</summary>
    public bool Both { get; set; }

    /// <summary>Whether the test also needs <see cref="TestData"/>.</summary>
    public bool Data { get; set; }

    /// <inheritdoc/>
    public override string Skip
    {
        get => base.Skip ?? (Decoders.Count < (Both ? 2 : 1) ? $"needs {(Both ? "both " : "")}libturbojpeg {(Both ? "and" : "or")} libjpeg" : Data ? TestData.Missing! : null!);
        set => base.Skip = value;
    }
}
