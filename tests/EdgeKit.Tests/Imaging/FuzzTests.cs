using System.Buffers.Binary;
using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Imaging;

public class FuzzTests
{
    private const int Mutations = 300;

    public static TheoryData<string> Kinds() => ["png", "png-chunks-repaired", "bmp", "bmp-palette", "ppm", "pgm"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damaged_files_decode_or_give_an_ImageException(string kind)
    {
        byte[] original = kind switch
        {
            "png" => new PngEncoder(19, 14, 6, 8, true, seed: 1).Encode(),
            "png-chunks-repaired" => new PngEncoder(19, 14, 3, 4, true, seed: 2).Encode(),
            "bmp" => BmpAndNetpbmTests.Bmp(Golden.Noise(1, 15, 11), 24, topDown: false),
            "bmp-palette" => PaletteBmp(),
            "ppm" => [.. "P6 # c\n4 3\n255\n"u8, .. Golden.Noise(2, 4, 3).Pixels],
            _ => [.. "P5 4 3 1000\n"u8, .. Golden.Noise(2, 4, 2).Pixels],
        };
        Attack(original, mutated => ImageFile.Decode(kind == "png-chunks-repaired" ? RepairChecksums(mutated) : mutated, "fuzz"));
    }

    [JpegTheory]
    [InlineData("420.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("cmyk.jpg")]
    public void Damaged_jpegs_decode_or_give_an_ImageException(string name)
    {
        foreach (IImageDecoder decoder in JpegTheoryAttribute.Decoders)
            Attack(Golden.Bytes(name), mutated => decoder.Decode(mutated));
    }

    [JpegTheory(Both = true)]
    [InlineData("420.jpg")]
    [InlineData("progressive.jpg")]
    public void Both_system_libraries_agree_about_damaged_jpegs(string name)
    {
        byte[] original = Golden.Bytes(name);
        for (int seed = 0; seed < Mutations; seed++)
        {
            byte[] mutated = Mutate(original, new Random(seed));
            Assert.Equal(Outcome(LibJpegDecoder.Shared!, mutated), Outcome(TurboJpegDecoder.Shared!, mutated));
        }
    }

    private static string Outcome(IImageDecoder decoder, byte[] data)
    {
        try
        {
            return Convert.ToHexString(decoder.Decode(data).Pixels);
        }
        catch (ImageException e)
        {
            return e.Message;
        }
    }

    private static void Attack(byte[] original, Func<byte[], Frame> decode)
    {
        int decoded = 0;
        for (int seed = 0; seed < Mutations; seed++)
        {
            byte[] mutated = Mutate(original, new Random(seed));
            try
            {
                Frame frame = decode(mutated);
                Assert.Equal(frame.Width * frame.Height * 3, frame.Pixels.Length);
                decoded++;
            }
            catch (ImageException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
        Assert.InRange(decoded, 0, Mutations - 1);
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] data = [.. original];
        int changes = random.Next(1, 6);
        for (int i = 0; i < changes; i++)
        {
            // Headers are short: half of the changes go there.
            int position = random.Next(random.Next(2) == 0 ? Math.Min(64, data.Length) : data.Length);
            data[position] = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => (byte)(data[position] ^ (1 << random.Next(8))) };
        }
        return random.Next(5) == 0 ? data[..random.Next(data.Length)] : data;
    }

    private static byte[] PaletteBmp()
    {
        byte[] data = BmpAndNetpbmTests.Bmp(Golden.Noise(3, 8, 8), 32, topDown: false);
        (data[10], data[28], data[46]) = (54 + 40, 8, 10);
        return data;
    }

    /// <summary>Gives every chunk that is whole the right checksum, so that the damage reaches the code behind it.</summary>
    private static byte[] RepairChecksums(byte[] data)
    {
        for (int position = 8; position + 12 <= data.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(position));
            if (length > data.Length - position - 12)
                break;
            uint crc = PngFormat.Crc(data.AsSpan(position + 4, (int)length + 4));
            BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(position + 8 + (int)length), crc);
            position += 12 + (int)length;
        }
        return data;
    }
}
