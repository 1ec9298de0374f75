using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using Xunit;

namespace EdgeKit.Tests.Imaging.Decoding;

/// <summary>
/// A fully convolutional detector made for the tests: a cell's box depends on the pixels within a radius of it, and on nothing else; what lies outside of the input is 0. It is run on whole
/// pictures and on tiles.
/// </summary>
public sealed class TileTests
{
    private const int Stride = 8, Radius = 20, Farthest = 12;

    [Theory]
    [InlineData(320, 240, 96, 96)]
    [InlineData(320, 240, 320, 96)]
    [InlineData(200, 160, 96, 160)]
    [InlineData(96, 96, 96, 96)]
    [InlineData(648, 104, 80, 80)]
    public void Tiles_with_a_halo_of_what_a_cell_sees_find_what_the_whole_picture_finds(int width, int height, int tileWidth, int tileHeight)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            byte[] picture = Picture(seed, width, height);
            Detection[] whole = Whole(picture, width, height);
            Detection[] tiled = Tiled(picture, width, height, tileWidth, tileHeight, Radius + Farthest);
            Assert.True(whole.Length > 2, $"{whole.Length} boxes");
            AssertSame(whole, tiled);
        }
    }

    [Fact]
    public void Without_the_halo_they_do_not()
    {
        int different = 0;
        for (int seed = 0; seed < 5; seed++)
        {
            byte[] picture = Picture(seed, 320, 240);
            different += Same(Whole(picture, 320, 240), Tiled(picture, 320, 240, 96, 96, 0)) ? 0 : 1;
        }
        Assert.True(different > 2);
    }

    [Fact]
    public void Own_areas_cover_every_point_once_and_keep_their_distance_from_edges_of_tiles()
    {
        var random = new Random(4);
        for (int i = 0; i < 500; i++)
        {
            int align = 1 << random.Next(0, 6), tileWidth = align * random.Next(4, 20), tileHeight = align * random.Next(4, 20), halo = random.Next(0, ((Math.Min(tileWidth, tileHeight) - align) / 2) + 1);
            int width = random.Next(1, 2000), height = random.Next(1, 2000);
            var plan = new TilePlan(width, height, tileWidth, tileHeight, halo, align);
            for (int k = 0; k < 20; k++)
            {
                float x = random.Next(-5, width + 5), y = random.Next(-5, height + 5);
                Tile tile = Assert.Single(plan.Tiles, t => t.Own.Has(x, y));
                Assert.Equal((0, 0), (tile.X % align, tile.Y % align));
                AssertInside(tile.X, tile.Own.Left, tile.Own.Right, tileWidth, width);
                AssertInside(tile.Y, tile.Own.Top, tile.Own.Bottom, tileHeight, height);
            }

            void AssertInside(int at, float from, float to, int tile, int size)
            {
                if (at > 0) Assert.True(from - at >= halo);
                else Assert.Equal(float.NegativeInfinity, from);
                if (float.IsPositiveInfinity(to)) Assert.InRange(at + tile, size, Math.Max(size + align - 1, tile));
                else Assert.True(at + tile - to >= halo);
            }
        }
    }

    [Fact]
    public void Decoding_tiles_allocates_nothing_and_what_cannot_be_tiled_says_so()
    {
        ModelDecoder decoder = Decoder(96, 96);
        var plan = new TilePlan(320, 240, 96, 96, 32, Stride);
        byte[] picture = Picture(1, 320, 240);
        Tile[] tiles = [.. plan.Tiles];
        Fill(decoder, Crop(picture, 320, 240, tiles[0], 96, 96), 96, 96);
        void Run()
        {
            decoder.BeginTiles();
            foreach (Tile tile in tiles) decoder.AddTile(new ImageMapping(1, 1, -tile.X, -tile.Y), 320, 240, tile.Own);
            decoder.EndTiles();
        }
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Throws<ImageException>(() => new TilePlan(200, 200, 96, 96, 45, Stride));
        Preprocessing masks = Preprocessing.Parse("""{"task": "segment", "width": 8, "height": 8, "mean": [0,0,0], "std": [1,1,1]}""", "m.json");
        ModelDecoder segmenter = DecoderHarness.Create(masks, [1, 1, 8, 8]);
        Assert.False(segmenter.CanTile);
        Assert.Throws<NotSupportedException>(segmenter.BeginTiles);
    }

    private static Detection[] Whole(byte[] picture, int width, int height)
    {
        ModelDecoder decoder = Decoder(width, height);
        Fill(decoder, picture, width, height);
        return decoder.Decode(new ImageMapping(1, 1, 0, 0), width, height).Boxes.ToArray();
    }

    private static Detection[] Tiled(byte[] picture, int width, int height, int tileWidth, int tileHeight, int halo)
    {
        ModelDecoder decoder = Decoder(tileWidth, tileHeight);
        decoder.BeginTiles();
        foreach (Tile tile in new TilePlan(width, height, tileWidth, tileHeight, halo, Stride).Tiles)
        {
            Fill(decoder, Crop(picture, width, height, tile, tileWidth, tileHeight), tileWidth, tileHeight);
            decoder.AddTile(new ImageMapping(1, 1, -tile.X, -tile.Y), width, height, tile.Own);
        }
        return decoder.EndTiles().Boxes.ToArray();
    }

    private static void AssertSame(Detection[] whole, Detection[] tiled)
    {
        Assert.Equal(whole.Length, tiled.Length);
        Assert.True(Same(whole, tiled));
    }

    private static bool Same(Detection[] a, Detection[] b) => a.Length == b.Length && a.Zip(b).All(static p =>
        p.First.Class == p.Second.Class && p.First.Score == p.Second.Score && Near(p.First.Left, p.Second.Left) && Near(p.First.Top, p.Second.Top) && Near(p.First.Right, p.Second.Right) && Near(p.First.Bottom, p.Second.Bottom));

    private static bool Near(float a, float b) => MathF.Abs(a - b) < 1e-3f;

    private static ModelDecoder Decoder(int width, int height) =>
        DecoderHarness.Create(DecoderHarness.Settings(width, height, """{"kind": "yolox", "strides": [8], "score": 0.6, "iou": 0.4}""", "a", "b"), [1, width / Stride * (height / Stride), 7]);

    private static byte[] Picture(int seed, int width, int height)
    {
        byte[] picture = new byte[width * height];
        new Random(seed).NextBytes(picture);
        return picture;
    }

    private static byte[] Crop(byte[] picture, int width, int height, Tile tile, int tileWidth, int tileHeight)
    {
        byte[] crop = new byte[tileWidth * tileHeight];
        for (int y = 0; y < tileHeight && tile.Y + y < height; y++)
            for (int x = 0; x < tileWidth && tile.X + x < width; x++) crop[(y * tileWidth) + x] = picture[((tile.Y + y) * width) + tile.X + x];
        return crop;
    }

    /// <summary>The detector: from sums of pixels around a cell, made uneven, to its box.</summary>
    private static void Fill(ModelDecoder decoder, byte[] picture, int width, int height)
    {
        Span<float> output = decoder.Output(0);
        int columns = width / Stride;
        for (int cell = 0; cell < columns * (height / Stride); cell++)
        {
            int cx = (cell % columns * Stride) + (Stride / 2), cy = (cell / columns * Stride) + (Stride / 2);
            uint hash = 2166136261;
            // Every fifth pixel, which is quicker and sees as far.
            for (int y = cy - Radius; y <= cy + Radius; y += 5)
                for (int x = cx - Radius; x <= cx + Radius; x += 5) hash = (hash ^ (x >= 0 && y >= 0 && x < width && y < height ? picture[(y * width) + x] : 0u)) * 16777619;
            var random = new Random((int)hash);
            Span<float> at = output.Slice(cell * 7, 7);
            // Centres lie within the cell or a cell beside it: at most 12 pixels from the cell's own centre.
            at[0] = (float)(random.NextDouble() * 3) - 1;
            at[1] = (float)(random.NextDouble() * 3) - 1;
            at[2] = MathF.Log(1 + (4 * (float)random.NextDouble()));
            at[3] = MathF.Log(1 + (4 * (float)random.NextDouble()));
            at[4] = (float)random.NextDouble();
            at[5] = (float)random.NextDouble();
            at[6] = (float)random.NextDouble();
        }
    }
}
