using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EdgeKit.Training.Running;

/// <summary>
/// Where a training stands. Random numbers are functions of seed and step, so the step and the arrays are all there is. The file: the 8 bytes "EKTRAIN1", job,
/// step, losses, number of arrays, then for each its name, length and float32 numbers; little-endian; at the end the SHA-256 of all before.
/// </summary>
/// <param name="Job">What is trained and how: a checkpoint of another job must not be taken.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Losses">The loss of each of them.</param>
/// <param name="Arrays">All numbers, by name.</param>
public sealed record Checkpoint(string Job, long Step, float[] Losses, IReadOnlyDictionary<string, float[]> Arrays)
{
    private static ReadOnlySpan<byte> Magic => "EKTRAIN1"u8;

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Job);
        writer.Write(Step);
        Write(Losses);
        writer.Write(Arrays.Count);
        foreach ((string name, float[] values) in Arrays.OrderBy(static a => a.Key, StringComparer.Ordinal))
        {
            writer.Write(name);
            Write(values);
        }
        writer.Flush();
        writer.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();

        void Write(float[] values)
        {
            writer.Write(values.Length);
            writer.Write(MemoryMarshal.AsBytes<float>(values));
        }
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="TrainingException">It is no checkpoint, or was cut off or damaged.</exception>
    public static Checkpoint Parse(byte[] bytes, string path)
    {
        int end = bytes.Length - SHA256.HashSizeInBytes;
        if (end < Magic.Length || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic)) throw new TrainingException($"{path}: is not a checkpoint");
        if (!SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end))) throw new TrainingException($"{path}: is damaged or cut off (its checksum does not fit)");
        using var reader = new BinaryReader(new MemoryStream(bytes, Magic.Length, end - Magic.Length), Encoding.UTF8);
        try
        {
            string job = reader.ReadString();
            long step = reader.ReadInt64();
            float[] losses = ReadFloats();
            var arrays = new Dictionary<string, float[]>(StringComparer.Ordinal);
            for (int count = reader.ReadInt32(); count > 0; count--) arrays.Add(reader.ReadString(), ReadFloats());
            return new Checkpoint(job, step, losses, arrays);
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            throw new TrainingException($"{path}: is not a checkpoint of this version", e);
        }

        float[] ReadFloats()
        {
            int length = reader.ReadInt32();
            if (length < 0 || length > (reader.BaseStream.Length - reader.BaseStream.Position) / sizeof(float)) throw new FormatException();
            return MemoryMarshal.Cast<byte, float>(reader.ReadBytes(length * sizeof(float))).ToArray();
        }
    }
}
