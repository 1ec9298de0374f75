using System.IO.Compression;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using EdgeKit.Runtime.Execution;

namespace EdgeKit.Runtime.Plan;

/// <summary>An <c>.ekm</c> file in memory, its container checked: header, checksum, sections. Plans are checked by <see cref="PlanValidator"/>.</summary>
public sealed class PlanFile
{
    /// <summary>Deflate cannot expand by more: a section that claims to is refused before memory is set aside for it.</summary>
    private const long MaxExpansion = 1032;

    /// <summary>Most bytes of all sections together, unpacked.</summary>
    private const long MaxContent = int.MaxValue;

    private readonly List<(SectionKind Kind, NativeMemoryBlock Content)> _sections = [];

    private PlanFile(long length, string name)
    {
        Length = length;
        Name = name;
    }

    /// <summary>The file's name, for messages.</summary>
    public string Name { get; }

    /// <summary>Size of the file in bytes.</summary>
    public long Length { get; }

    /// <summary>Number of plans: one for each input size the file was compiled for.</summary>
    public int PlanCount => _sections.Where(static s => s.Kind == SectionKind.Plan).Length;

    /// <summary>The constants section.</summary>
    public ReadOnlySpan<byte> Constants => Bytes(SectionKind.Constants);

    /// <summary>The names section, UTF-8.</summary>
    public ReadOnlySpan<byte> Names => Bytes(SectionKind.Names);

    /// <summary>The preprocessing JSON, empty when the model has none.</summary>
    public string Preprocessing => Text(SectionKind.Preprocessing);

    /// <summary>Class labels; empty when the file holds none.</summary>
    public string[] Labels => Text(SectionKind.Labels).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Facts about the model, such as its name and what compiled it.</summary>
    public IReadOnlyDictionary<string, string> Properties
    {
        get
        {
            var properties = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (string line in Text(SectionKind.Properties).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                int at = line.IndexOf('=', StringComparison.Ordinal);
                if (at > 0) properties[line[..at]] = line[(at + 1)..];
            }
            return properties;
        }
    }

    /// <summary>Plan number <paramref name="index"/>.</summary>
    public ReadOnlySpan<byte> Plan(int index) => Bytes(SectionKind.Plan, index);

    /// <summary>The memory of plan number <paramref name="index"/>, which exists; not to be written, and gone with this object.</summary>
    internal unsafe byte* PlanPointer(int index) => Section(SectionKind.Plan, index)!.Pointer;

    /// <summary>The memory of the constants; not to be written, and gone with this object. Null when there are none.</summary>
    internal unsafe byte* ConstantsPointer => Section(SectionKind.Constants, 0) is { } content ? content.Pointer : null;

    /// <summary>Reads a file from disk. It is mapped, not read into memory of its own, and let go before this returns: what becomes of it later does not matter.</summary>
    /// <exception cref="PlanException">It cannot be read, is malformed or of another version.</exception>
    public static PlanFile Load(string path)
    {
        try
        {
            using var mapped = new MappedFile(path);
            return Parse(mapped.Content, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new PlanException($"{path}: cannot be read: {e.Message}");
        }
    }

    /// <summary>Checks the container of a file in memory and unpacks its sections to memory of their own.</summary>
    /// <exception cref="PlanException">It is malformed or of another version.</exception>
    public static PlanFile Parse(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length < FileHeader.Bytes) throw new PlanException($"{name}: not an .ekm file: only {bytes.Length} bytes");
        FileHeader header = MemoryMarshal.Read<FileHeader>(bytes);
        if (header.Magic != FileHeader.MagicValue) throw new PlanException($"{name}: not an .ekm file; make one with 'edgekit compile'");
        if (header.Major != FileHeader.CurrentMajor)
            throw new PlanException($"{name}: format version {header.Major}.{header.Minor}, this program reads {FileHeader.CurrentMajor}.x; recompile the model with 'edgekit compile'");
        if (header.FileBytes != bytes.Length) throw new PlanException($"{name}: {bytes.Length} bytes long where its header says {header.FileBytes}; the file is truncated or damaged");
        if (header.Checksum != ChecksumOf(bytes[FileHeader.Bytes..])) throw new PlanException($"{name}: checksum mismatch; the file is damaged");
        long records = (long)header.SectionCount * SectionRecord.Bytes;
        if (header.SectionCount is < 1 or > 4096 || FileHeader.Bytes + records > bytes.Length) throw new PlanException($"{name}: bad section table");

        var file = new PlanFile(bytes.Length, name);
        long content = 0;
        for (int i = 0; i < header.SectionCount; i++)
        {
            SectionRecord s = MemoryMarshal.Read<SectionRecord>(bytes[(FileHeader.Bytes + i * SectionRecord.Bytes)..]);
            if (s.Offset < 0 || s.StoredLength < 0 || s.Offset > bytes.Length || s.StoredLength > bytes.Length - s.Offset)
                throw new PlanException($"{name}: section {i} lies outside the file");
            if (s.Kind is < SectionKind.Plan or > SectionKind.Properties)
                throw new PlanException($"{name}: section {i} is of kind {(int)s.Kind}, which this version does not know; recompile the model");
            content += Math.Clamp(s.Length, 0, MaxContent);
            if (content >= MaxContent) throw new PlanException($"{name}: unpacks to more than 2 GiB");
            file._sections.Add((s.Kind, Content(s, bytes.Slice((int)s.Offset, (int)s.StoredLength), $"{name}: section {i}")));
        }
        if (file.PlanCount == 0) throw new PlanException($"{name}: holds no plan");
        return file;
    }

    /// <summary>CRC-32C (Castagnoli) as <see cref="FileHeader.Checksum"/> holds it.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes)) crc = BitOperations.Crc32C(crc, word);
        foreach (byte b in bytes[(bytes.Length & ~7)..]) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    private static unsafe NativeMemoryBlock Content(SectionRecord section, ReadOnlySpan<byte> stored, string place)
    {
        if (section.Encoding == SectionEncoding.Plain && section.Length == stored.Length) return new NativeMemoryBlock(stored);
        if (section.Encoding != SectionEncoding.Deflate || section.Length < 0 || section.Length > MaxExpansion * stored.Length)
            throw new PlanException($"{place} is malformed; recompile the model");
        var content = new NativeMemoryBlock(section.Length);
        try
        {
            fixed (byte* start = stored)
            {
                using var inflate = new DeflateStream(new UnmanagedMemoryStream(start, stored.Length), CompressionMode.Decompress);
                inflate.ReadExactly(content.Span);
                if (inflate.ReadByte() < 0) return content;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
        }
        content.Dispose();
        throw new PlanException($"{place} does not unpack to its length; the file is damaged");
    }

    private NativeMemoryBlock? Section(SectionKind kind, int index)
    {
        foreach ((SectionKind k, NativeMemoryBlock content) in _sections)
        {
            if (k == kind && index-- == 0) return content;
        }
        return null;
    }

    private string Text(SectionKind kind)
    {
        string text = Encoding.UTF8.GetString(Bytes(kind));
        // The memory goes with this object.
        GC.KeepAlive(this);
        return text;
    }

    private ReadOnlySpan<byte> Bytes(SectionKind kind, int index = 0) => Section(kind, index) is { } content ? content.Span : default;
}
