using System.Buffers.Binary;
using System.Text;

namespace EdgeKit.Devices.Boards;

/// <summary>Reads from a program (64-bit ELF, little-endian) which version of glibc it asks for, as <c>objdump -T</c> lists it.</summary>
internal static class ElfVersions
{
    private const int HeaderBytes = 64, SectionBytes = 64, NeedBytes = 16;
    private const uint VersionsNeeded = 0x6ffffffe;
    private const string Prefix = "GLIBC_";

    // A program that lists more has been made to hang its readers.
    private const int MostEntries = 10_000;

    /// <summary>The newest version of glibc that the program needs; null where it needs none or is no such program.</summary>
    public static Version? NewestGlibc(ReadOnlySpan<byte> elf)
    {
        if (elf.Length < HeaderBytes || !elf.StartsWith("\u007fELF\u0002\u0001"u8)) return null;
        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(elf[0x28..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3a..]), count = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3c..]);
        if (size < SectionBytes) return null;
        Version? newest = null;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> section = Part(elf, table + (ulong)(i * size), SectionBytes);
            if (section.IsEmpty || BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != VersionsNeeded) continue;
            ReadOnlySpan<byte> names = Content(elf, Part(elf, table + (ulong)BinaryPrimitives.ReadUInt32LittleEndian(section[40..]) * (ulong)size, SectionBytes));
            if (NewestIn(Content(elf, section), names) is { } version && !(version <= newest)) newest = version;
        }
        return newest;
    }

    private static Version? NewestIn(ReadOnlySpan<byte> needs, ReadOnlySpan<byte> names)
    {
        Version? newest = null;
        ulong at = 0;
        int read = 0;
        while (read++ < MostEntries && Part(needs, at, NeedBytes) is { IsEmpty: false } need)
        {
            ulong aux = at + BinaryPrimitives.ReadUInt32LittleEndian(need[8..]);
            while (read++ < MostEntries && Part(needs, aux, NeedBytes) is { IsEmpty: false } entry)
            {
                if (Name(names, BinaryPrimitives.ReadUInt32LittleEndian(entry[8..])) is { } name && name.StartsWith(Prefix, StringComparison.Ordinal)
                    && Version.TryParse(name.AsSpan(Prefix.Length), out Version? version) && !(version <= newest)) newest = version;
                uint step = BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]);
                if (step == 0) break;
                aux += step;
            }
            uint next = BinaryPrimitives.ReadUInt32LittleEndian(need[12..]);
            if (next == 0) break;
            at += next;
        }
        return newest;
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> elf, ReadOnlySpan<byte> section) =>
        section.IsEmpty ? default : Part(elf, BinaryPrimitives.ReadUInt64LittleEndian(section[24..]), BinaryPrimitives.ReadUInt64LittleEndian(section[32..]));

    private static string? Name(ReadOnlySpan<byte> names, uint offset)
    {
        if (offset >= (uint)names.Length) return null;
        ReadOnlySpan<byte> rest = names[(int)offset..];
        int end = rest.IndexOf((byte)0);
        return end < 0 ? null : Encoding.ASCII.GetString(rest[..end]);
    }

    /// <summary>Bytes of the file; none where they lie outside.</summary>
    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> bytes, ulong offset, ulong length) =>
        offset <= (ulong)bytes.Length && length <= (ulong)bytes.Length - offset ? bytes.Slice((int)offset, (int)length) : default;
}
