using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.Plan;

/// <summary>First bytes of an <c>.ekm</c> file. Everything is little-endian; docs/ekm.md is the specification.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Bytes)]
public struct FileHeader
{
    /// <summary>Size of this structure in the file.</summary>
    public const int Bytes = 64;

    /// <summary>"EKM1" read as a little-endian integer.</summary>
    public const uint MagicValue = 0x314D4B45;

    /// <summary>Format version this build reads and writes. A file of a newer major version must be recompiled.</summary>
    public const ushort CurrentMajor = 1;

    /// <summary>Minor versions add sections and operators that older readers refuse by name, never by misreading.</summary>
    public const ushort CurrentMinor = 1;

    /// <summary><see cref="MagicValue"/>.</summary>
    public uint Magic;
    /// <summary>Major version.</summary>
    public ushort Major;
    /// <summary>Minor version.</summary>
    public ushort Minor;
    /// <summary>Size of the whole file.</summary>
    public long FileBytes;
    /// <summary>CRC-32C of every byte after this header.</summary>
    public uint Checksum;
    /// <summary>Number of <see cref="SectionRecord"/>s, which follow the header at once.</summary>
    public int SectionCount;
}

/// <summary>What a section of the file holds.</summary>
public enum SectionKind
{
    /// <summary>One execution plan: <see cref="PlanHeader"/>, tensors, operators, operand lists. A file has one for each input size.</summary>
    Plan = 1,
    /// <summary>Constant tensors in canonical order, each 64-byte aligned; shared by all plans.</summary>
    Constants = 2,
    /// <summary>UTF-8 names of tensors and operators, addressed by offset and length.</summary>
    Names = 3,
    /// <summary>The preprocessing JSON, UTF-8.</summary>
    Preprocessing = 4,
    /// <summary>Class labels, UTF-8, one a line.</summary>
    Labels = 5,
    /// <summary>Facts about the model, UTF-8 lines of key=value.</summary>
    Properties = 6,
}

/// <summary>How the content of a section is stored.</summary>
public enum SectionEncoding
{
    /// <summary>As it is.</summary>
    Plain = 0,
    /// <summary>As a raw deflate stream (RFC 1951).</summary>
    Deflate = 1,
}

/// <summary>Where a section lies. Offsets are 64-byte aligned.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Bytes)]
public struct SectionRecord
{
    /// <summary>Size of this structure in the file.</summary>
    public const int Bytes = 32;

    /// <summary>What it holds.</summary>
    public SectionKind Kind;
    /// <summary>How it is stored.</summary>
    public SectionEncoding Encoding;
    /// <summary>Offset from the start of the file.</summary>
    public long Offset;
    /// <summary>Bytes in the file, without padding.</summary>
    public long StoredLength;
    /// <summary>Bytes of the content.</summary>
    public long Length;
}

/// <summary>Start of a plan section. Offsets are from the start of the section.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Bytes)]
public struct PlanHeader
{
    /// <summary>Size of this structure in the file.</summary>
    public const int Bytes = 64;

    /// <summary>Number of <see cref="TensorRecord"/>s.</summary>
    public int TensorCount;
    /// <summary>Number of <see cref="OperatorRecord"/>s, in order of execution.</summary>
    public int OperatorCount;
    /// <summary>Number of integers in the operand list.</summary>
    public int OperandCount;
    /// <summary>Number of inputs: the first entries of the operand list are their tensors.</summary>
    public int InputCount;
    /// <summary>Number of outputs: the entries after the inputs are their tensors.</summary>
    public int OutputCount;
    /// <summary>Unused, zero.</summary>
    public int Reserved;
    /// <summary>Bytes of activation memory the plan needs.</summary>
    public long ArenaBytes;
    /// <summary>Where the tensors are.</summary>
    public int TensorsOffset;
    /// <summary>Where the operators are.</summary>
    public int OperatorsOffset;
    /// <summary>Where the operand list is: tensor indices, int32.</summary>
    public int OperandsOffset;
}

/// <summary>Element types of plan tensors, numbered as in ONNX.</summary>
public enum PlanType : byte
{
    /// <summary>IEEE 754 binary32.</summary>
    Float = 1,
    /// <summary>Signed 8-bit integer: quantized activations and weights.</summary>
    Int8 = 3,
    /// <summary>Signed 32-bit integer: biases and index tables.</summary>
    Int32 = 6,
    /// <summary>Signed 64-bit integer: outputs of ArgMax.</summary>
    Int64 = 7,
}

/// <summary>Where the bytes of a tensor are.</summary>
public enum PlanStorage : byte
{
    /// <summary>In the arena; the bytes may be shared with tensors that live at other times.</summary>
    Arena = 0,
    /// <summary>In the constants section.</summary>
    Constant = 1,
}

/// <summary>How the physical dimensions relate to those of the ONNX model.</summary>
public enum PlanOrder : byte
{
    /// <summary>Row-major in the model's own order.</summary>
    Logical = 0,
    /// <summary>Feature map: physical NHWC (or NWC), NCHW (or NCW) in the model.</summary>
    ChannelsLast = 1,
}

/// <summary>A tensor: type, physical dimensions, quantization, place.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Bytes)]
public unsafe struct TensorRecord
{
    /// <summary>Size of this structure in the file.</summary>
    public const int Bytes = 72;

    /// <summary>Highest number of dimensions.</summary>
    public const int MaxRank = 8;

    /// <summary>Element type.</summary>
    public PlanType Type;
    /// <summary>Number of dimensions.</summary>
    public byte Rank;
    /// <summary>Arena or constants.</summary>
    public PlanStorage Storage;
    /// <summary>Relation to the model's dimension order.</summary>
    public PlanOrder Order;
    /// <summary>Name, as a range of the names section.</summary>
    public int NameOffset;
    /// <summary>Length of the name in bytes.</summary>
    public int NameLength;
    /// <summary>Scale of an INT8 tensor: real = (q - zero point) * scale.</summary>
    public float Scale;
    /// <summary>Zero point of an INT8 tensor.</summary>
    public int ZeroPoint;
    /// <summary>Elements from one position of the second innermost dimension to the next; at least the innermost dimension. Larger for a view of some channels of a wider tensor.</summary>
    public int PixelStride;
    /// <summary>Physical dimensions, outermost first.</summary>
    public fixed int Dims[MaxRank];
    /// <summary>Byte offset in the arena or the constants section.</summary>
    public long Offset;
    /// <summary>Unused, zero.</summary>
    public long Reserved;

    /// <summary>Number of elements.</summary>
    public readonly long ElementCount
    {
        get
        {
            long count = 1;
            for (int i = 0; i < Rank; i++) count *= Dims[i];
            return count;
        }
    }

    /// <summary>Bytes of one element.</summary>
    public readonly int ElementBytes => Type switch { PlanType.Int8 => 1, PlanType.Int64 => 8, _ => 4 };

    /// <summary>Bytes from the first element to past the last.</summary>
    public readonly long ByteLength =>
        Rank == 0 || PixelStride == Dims[Rank - 1] ? ElementCount * ElementBytes
        : ElementCount == 0 ? 0
        : ((ElementCount / Dims[Rank - 1] - 1) * PixelStride + Dims[Rank - 1]) * ElementBytes;
}
