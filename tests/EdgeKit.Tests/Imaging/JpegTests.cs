using EdgeKit.Imaging;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Imaging;

public class JpegTests
{
    private static readonly string[] Names = ["420.jpg", "422.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg"];

    public static TheoryData<string> Files() => [.. Names];

    [JpegTheory]
    [MemberData(nameof(Files))]
    public void Decodes_as_Pillow_does(string name)
    {
        foreach (IImageDecoder decoder in JpegTheoryAttribute.Decoders)
        {
            // Naive CMYK conversions differ by one level in rounding; another vendor's inverse DCT may too.
            Frame actual = decoder.Decode(Golden.Bytes(name));
            Assert.InRange(Golden.MaxDifference(Golden.Frame(name + ".png"), actual), 0, 2);
        }
    }

    [JpegTheory(Both = true)]
    [MemberData(nameof(Files))]
    public void Both_system_libraries_give_the_same_pixels(string name)
    {
        byte[] data = Golden.Bytes(name);
        Golden.AssertSame(TurboJpegDecoder.Shared!.Decode(data), LibJpegDecoder.Shared!.Decode(data));
    }

    [JpegTheory(Both = true, Data = true)]
    [InlineData("imagenet-calib")]
    [InlineData("driving")]
    public void Both_system_libraries_give_the_same_pixels_on_real_photographs(string folder)
    {
        foreach (string file in Directory.GetFiles(TestData.Images(folder), "*.j*", new EnumerationOptions { MatchCasing = MatchCasing.CaseInsensitive }).Order(StringComparer.Ordinal).Take(24))
        {
            byte[] data = File.ReadAllBytes(file);
            Golden.AssertSame(TurboJpegDecoder.Shared!.Decode(data), LibJpegDecoder.Shared!.Decode(data));
        }
    }

    [JpegTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_fatal_error_of_the_library_is_an_exception_again_and_again(bool progressive)
    {
        byte[] data = Golden.Bytes(progressive ? "progressive.jpg" : "420.jpg");
        int table = data.AsSpan().IndexOf([(byte)0xFF, (byte)0xC4]);
        data[table + 5] = 255; // A Huffman table with 255 codes of one bit.
        foreach (IImageDecoder decoder in JpegTheoryAttribute.Decoders)
        {
            for (int i = 0; i < 50; i++)
                Assert.Contains("Huffman", Assert.Throws<ImageException>(() => decoder.Decode(data)).Message, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(37, decoder.Decode(Golden.Bytes("420.jpg")).Width);
        }
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        byte[] data = Golden.Bytes("420.jpg");
        ImageException e = Assert.Throws<ImageException>(() => ImageFile.Decode(data.AsSpan(0, data.Length - 300), "cut.jpg"));
        Assert.StartsWith("cut.jpg: JPEG:", e.Message, StringComparison.Ordinal);
        Assert.Contains("truncated", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0xC3, "SOF3")]
    [InlineData(4, 12, "12 bits")]
    [InlineData(9, 2, "2 colour components")]
    [InlineData(5, 0xFF, "million")]
    public void Kinds_that_are_not_supported_are_named(int offset, byte value, string reason)
    {
        byte[] data = Golden.Bytes("420.jpg");
        int frame = data.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        data[frame + offset] = value;
        if (offset == 5)
            data[frame + 7] = value;
        Assert.Contains(reason, Assert.Throws<ImageException>(() => ImageFile.Decode(data, "odd.jpg")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registered_decoder_goes_first_and_is_named()
    {
        FixedDecoder decoder = new();
        ImageCodecs.Register(decoder);
        try
        {
            Assert.Equal("fixed 1.0", ImageCodecs.JpegDecoderName);
            Assert.Equal(3, ImageFile.Decode([.. Golden.Bytes("420.jpg"), .. FixedDecoder.Trailer], "any.jpg").Width);
        }
        finally
        {
            ImageCodecs.Unregister(decoder);
        }
        Assert.NotEqual("fixed 1.0", ImageCodecs.JpegDecoderName);
    }

    /// <summary>Takes only files with a certain ending, so that tests that run at the same time do not meet it.</summary>
    private sealed class FixedDecoder : IImageDecoder
    {
        public static ReadOnlySpan<byte> Trailer => "fixed"u8;

        public string Name => "fixed 1.0";

        public bool CanDecode(ReadOnlySpan<byte> head) => head.SequenceEqual(JpegHeader.Magic) || head.EndsWith(Trailer);

        public Frame Decode(ReadOnlySpan<byte> data) => new(3, 3);
    }
}
