using System.Runtime.InteropServices;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Tests.Runtime;

/// <summary>The unpacked sections of an <c>.ekm</c> file, to be changed and wrapped again with a right header.</summary>
internal sealed unsafe class PlanImage
{
    public PlanImage(byte[] file)
    {
        PlanFile parsed = PlanFile.Parse(file, "image");
        Plan = parsed.Plan(0).ToArray();
        Constants = parsed.Constants.ToArray();
        Names = parsed.Names.ToArray();
        // What was copied is gone with it.
        GC.KeepAlive(parsed);
    }

    public byte[] Plan { get; set; }

    public byte[] Constants { get; }

    public byte[] Names { get; }

    public ref PlanHeader Header => ref MemoryMarshal.AsRef<PlanHeader>(Plan.AsSpan());

    public Span<TensorRecord> Tensors => MemoryMarshal.Cast<byte, TensorRecord>(Plan.AsSpan(Header.TensorsOffset, Header.TensorCount * TensorRecord.Bytes));

    public Span<OperatorRecord> Operators => MemoryMarshal.Cast<byte, OperatorRecord>(Plan.AsSpan(Header.OperatorsOffset, Header.OperatorCount * OperatorRecord.Bytes));

    public Span<int> Operands => MemoryMarshal.Cast<byte, int>(Plan.AsSpan(Header.OperandsOffset, Header.OperandCount * sizeof(int)));

    /// <summary>The first operator of a kind.</summary>
    public ref OperatorRecord First(OperatorKind kind)
    {
        foreach (ref OperatorRecord op in Operators)
        {
            if (op.Kind == kind) return ref op;
        }
        throw new ArgumentException($"no {kind}");
    }

    public ref TensorRecord Input(in OperatorRecord op, int i) => ref Tensors[Operands[op.FirstInput + i]];

    /// <summary>An <c>.ekm</c> file of the sections as they are now, none packed.</summary>
    public byte[] ToFile()
    {
        (SectionKind Kind, byte[] Content)[] sections = [(SectionKind.Plan, Plan), (SectionKind.Constants, Constants), (SectionKind.Names, Names)];
        int offset = FileHeader.Bytes + sections.Length * SectionRecord.Bytes;
        byte[] file = new byte[offset + sections.Sum(static s => s.Content.Length)];
        for (int i = 0; i < sections.Length; i++)
        {
            (SectionKind kind, byte[] content) = sections[i];
            Section(file, i) = new SectionRecord { Kind = kind, Offset = offset, StoredLength = content.Length, Length = content.Length };
            content.CopyTo(file, offset);
            offset += content.Length;
        }
        MemoryMarshal.AsRef<FileHeader>(file.AsSpan()) = new FileHeader { Magic = FileHeader.MagicValue, Major = FileHeader.CurrentMajor, SectionCount = sections.Length };
        return Sealed(file);
    }

    public static ref SectionRecord Section(byte[] file, int i) =>
        ref MemoryMarshal.AsRef<SectionRecord>(file.AsSpan(FileHeader.Bytes + i * SectionRecord.Bytes));

    /// <summary>Gives a changed file its length and checksum, so that whatever else is wrong with it comes to light.</summary>
    public static byte[] Sealed(byte[] file)
    {
        if (file.Length < FileHeader.Bytes) return file;
        ref FileHeader header = ref MemoryMarshal.AsRef<FileHeader>(file.AsSpan());
        header.FileBytes = file.Length;
        header.Checksum = PlanFile.ChecksumOf(file.AsSpan(FileHeader.Bytes));
        return file;
    }
}
