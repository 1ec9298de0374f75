using System.Buffers.Binary;
using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Imaging;

public class PngTests
{
    public static TheoryData<int, int, bool> Kinds()
    {
        TheoryData<int, int, bool> kinds = [];
        foreach ((int colorType, int[] depths) in new[] { (0, new[] { 1, 2, 4, 8, 16 }), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]) })
        {
            foreach (int depth in depths)
            {
                kinds.Add(colorType, depth, false);
                kinds.Add(colorType, depth, true);
            }
        }
        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_colour_type_depth_and_interlace_decodes(int colorType, int depth, bool interlaced)
    {
        for (int side = 1; side <= 19; side += 3)
        {
            PngEncoder encoder = new(side, 20 - side, colorType, depth, interlaced, seed: side);
            byte[] data = encoder.Encode();
            Golden.AssertSame(encoder.Expected, ImageFile.Decode(data, "test.png"));
        }
    }

    [Theory]
    [InlineData("adam7-rgb8.png")]
    [InlineData("adam7-rgba8.png")]
    [InlineData("adam7-grey1.png")]
    [InlineData("adam7-palette4.png")]
    [InlineData("adam7-rgb16.png")]
    public void Interlaced_files_equal_what_Pillow_reads(string name) => Golden.AssertSame(Golden.Frame(name + ".png"), Golden.Frame(name));

    [Fact]
    public void The_writer_is_read_back()
    {
        foreach (Frame frame in new[] { Golden.Frame("photo.png"), Golden.Noise(3, 17, 9), new Frame(1, 1) })
        {
            using MemoryStream stream = new();
            PngWriter.Write(frame, stream);
            Golden.AssertSame(frame, ImageFile.Decode(stream.ToArray(), "written"));
        }
    }

    [Fact]
    public void A_wrong_checksum_is_named()
    {
        byte[] data = Golden.Bytes("photo.png");
        data[^20] ^= 1;
        ImageException e = Assert.Throws<ImageException>(() => ImageFile.Decode(data, "p.png"));
        Assert.StartsWith("p.png: PNG: the checksum", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_file_that_claims_to_be_huge_is_refused_before_its_pixels_are_allocated()
    {
        byte[] data = Golden.Bytes("photo.png");
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(16), 9000);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(20), 9000);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(29), PngFormat.Crc(data.AsSpan(12, 17)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        ImageException e = Assert.Throws<ImageException>(() => ImageFile.Decode(data, "p.png"));
        Assert.Contains("too little data", e.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }
}
