using System.Buffers.Binary;
using System.Text;
using EdgeKit.Devices.Boards;
using Xunit;

namespace EdgeKit.Tests.Devices.Boards;

public class ElfVersionsTests
{
    [Fact]
    public void The_newest_version_of_glibc_is_found_among_those_of_all_libraries()
    {
        Assert.Equal(new Version(2, 34), ElfVersions.NewestGlibc(Elf("GLIBC_2.17", "GCC_3.0", "GLIBC_2.34", "GLIBC_2.4")));
        Assert.Null(ElfVersions.NewestGlibc(Elf("GCC_3.0", "GLIBC_PRIVATE")));
        Assert.Null(ElfVersions.NewestGlibc("no program"u8));
    }

    [Fact]
    public void A_real_program_needs_a_version()
    {
        // The file that runs these tests is linked against glibc, except on Alpine, macOS and Windows.
        if (!OperatingSystem.IsLinux() || !File.Exists("/lib64/ld-linux-x86-64.so.2")) return;
        Assert.True(ElfVersions.NewestGlibc(File.ReadAllBytes(Environment.ProcessPath!)) >= new Version(2, 2));
    }

    [Fact]
    public void Damaged_programs_are_read_to_an_end()
    {
        byte[] whole = Elf("GLIBC_2.17", "GLIBC_2.34");
        for (int length = 0; length < whole.Length; length++) _ = ElfVersions.NewestGlibc(whole.AsSpan(0, length));
        var random = new Random(3);
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. whole];
            for (int k = 0; k < 4; k++) damaged[random.Next(6, damaged.Length)] = (byte)random.Next(256);
            _ = ElfVersions.NewestGlibc(damaged);
        }
    }

    /// <summary>A file with the header, a table of three sections, names and needed versions: of a first library the first, of a second the rest.</summary>
    internal static byte[] Elf(params string[] versions)
    {
        const int names = 64, needs = 512, table = 1024;
        byte[] elf = new byte[table + 3 * 64];
        Encoding.ASCII.GetBytes("\u007fELF\u0002\u0001").CopyTo(elf, 0);
        Write64(0x28, table);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(0x3a), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(0x3c), 3);
        int end = names + 1, at = needs;
        for (int library = 0; library < 2; library++)
        {
            string[] own = library == 0 ? versions[..1] : versions[1..];
            Write16(at, 1);
            Write16(at + 2, (ushort)own.Length);
            Write32(at + 8, 16);
            Write32(at + 12, library == 0 ? (uint)(16 + 16 * own.Length) : 0);
            at += 16;
            for (int i = 0; i < own.Length; i++)
            {
                Write32(at + 8, (uint)(end - names));
                Write32(at + 12, i + 1 < own.Length ? 16u : 0);
                end += Encoding.ASCII.GetBytes(own[i], elf.AsSpan(end)) + 1;
                at += 16;
            }
        }
        Section(1, 3, names, needs - names, 0);
        Section(2, 0x6ffffffe, needs, at - needs, 1);
        return elf;

        void Section(int index, uint type, int offset, int size, uint link)
        {
            int start = table + index * 64;
            Write32(start + 4, type);
            Write64(start + 24, offset);
            Write64(start + 32, size);
            Write32(start + 40, link);
        }
        void Write16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(offset), value);
        void Write32(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(offset), value);
        void Write64(int offset, long value) => BinaryPrimitives.WriteInt64LittleEndian(elf.AsSpan(offset), value);
    }
}
