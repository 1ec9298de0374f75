using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using EdgeKit.Compiler.Ir;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler;

/// <summary>Writes plans as an <c>.ekm</c> file (docs/ekm.md). Constants and names that several plans share are stored once.</summary>
internal sealed class PlanWriter
{
    private const int Alignment = 64;

    private readonly List<byte> _constants = [];
    private readonly List<byte> _names = [];
    private readonly Dictionary<string, (int Offset, int Length)> _nameIndex = new(StringComparer.Ordinal);
    private readonly Dictionary<ContentKey, long> _constantIndex = [];
    private readonly List<(SectionKind Kind, byte[] Content)> _sections = [];

    public unsafe void Add(PlanBuilder plan)
    {
        List<PlanTensor> tensors = plan.Tensors();
        (Dictionary<PlanTensor, long> offsets, long arena) = MemoryPlanner.Place(plan);
        var index = new Dictionary<PlanTensor, int>(ReferenceEqualityComparer.Instance);
        foreach (PlanTensor t in tensors) index.Add(t, index.Count);
        var operands = new List<int>();
        operands.AddRange(plan.Inputs.Select(t => index[t]));
        operands.AddRange(plan.Outputs.Select(t => index[t]));

        var records = new TensorRecord[tensors.Count];
        for (int i = 0; i < records.Length; i++) records[i] = Record(tensors[i], offsets);
        var operators = new OperatorRecord[plan.Operators.Count];
        for (int i = 0; i < operators.Length; i++)
        {
            PlanOperator op = plan.Operators[i];
            ref OperatorRecord r = ref operators[i];
            r.Kind = op.Kind;
            r.Band = (ushort)op.Band;
            (r.NameOffset, r.NameLength) = Name(op.Name);
            r.FirstInput = operands.Count;
            r.InputCount = op.Inputs.Length;
            operands.AddRange(op.Inputs.Select(t => index[t]));
            r.FirstOutput = operands.Count;
            r.OutputCount = 1;
            operands.Add(index[op.Output]);
            for (int w = 0; w < op.Parameters.Length; w++) r.Parameters[w] = op.Parameters[w];
        }

        var header = new PlanHeader
        {
            TensorCount = records.Length,
            OperatorCount = operators.Length,
            OperandCount = operands.Count,
            InputCount = plan.Inputs.Count,
            OutputCount = plan.Outputs.Count,
            ArenaBytes = arena,
            TensorsOffset = PlanHeader.Bytes,
            OperatorsOffset = PlanHeader.Bytes + records.Length * TensorRecord.Bytes,
            OperandsOffset = PlanHeader.Bytes + records.Length * TensorRecord.Bytes + operators.Length * OperatorRecord.Bytes,
        };
        var section = new MemoryStream();
        section.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<PlanHeader>(in header)));
        section.Write(MemoryMarshal.AsBytes<TensorRecord>(records));
        section.Write(MemoryMarshal.AsBytes<OperatorRecord>(operators));
        section.Write(MemoryMarshal.AsBytes<int>(operands.ToArray()));
        _sections.Add((SectionKind.Plan, section.ToArray()));
    }

    public byte[] Finish(string preprocessing, IEnumerable<string> labels, IEnumerable<KeyValuePair<string, string>> properties)
    {
        _sections.Add((SectionKind.Constants, _constants.ToArray()));
        _sections.Add((SectionKind.Names, _names.ToArray()));
        _sections.Add((SectionKind.Preprocessing, Encoding.UTF8.GetBytes(preprocessing)));
        _sections.Add((SectionKind.Labels, Encoding.UTF8.GetBytes(string.Join('\n', labels.Select(OneLine)))));
        _sections.Add((SectionKind.Properties, Encoding.UTF8.GetBytes(string.Join('\n', properties.Select(static p => $"{OneLine(p.Key)}={OneLine(p.Value)}")))));

        byte[][] stored = new byte[_sections.Count][];
        var table = new SectionRecord[_sections.Count];
        long offset = RoundUp(FileHeader.Bytes + (long)_sections.Count * SectionRecord.Bytes);
        for (int i = 0; i < table.Length; i++)
        {
            byte[] content = _sections[i].Content, packed = Deflate(content);
            bool smaller = packed.Length < content.Length;
            stored[i] = smaller ? packed : content;
            table[i] = new SectionRecord
            {
                Kind = _sections[i].Kind,
                Encoding = smaller ? SectionEncoding.Deflate : SectionEncoding.Plain,
                Offset = offset,
                StoredLength = stored[i].Length,
                Length = content.Length,
            };
            offset = RoundUp(offset + stored[i].Length);
        }
        byte[] file = new byte[offset];
        MemoryMarshal.AsBytes<SectionRecord>(table).CopyTo(file.AsSpan(FileHeader.Bytes));
        for (int i = 0; i < table.Length; i++) stored[i].CopyTo(file, table[i].Offset);
        var header = new FileHeader
        {
            Magic = FileHeader.MagicValue,
            Major = FileHeader.CurrentMajor,
            Minor = FileHeader.CurrentMinor,
            FileBytes = file.Length,
            SectionCount = table.Length,
            Checksum = PlanFile.ChecksumOf(file.AsSpan(FileHeader.Bytes)),
        };
        MemoryMarshal.Write(file, in header);
        return file;
    }

    private unsafe TensorRecord Record(PlanTensor tensor, Dictionary<PlanTensor, long> offsets)
    {
        TensorRecord record = default;
        record.Type = tensor.Type;
        record.Rank = (byte)tensor.Dims.Length;
        record.Order = tensor.Order;
        record.Scale = tensor.Scale;
        record.ZeroPoint = tensor.ZeroPoint;
        record.PixelStride = tensor.PixelStride;
        for (int i = 0; i < tensor.Dims.Length; i++) record.Dims[i] = tensor.Dims[i];
        (record.NameOffset, record.NameLength) = Name(tensor.Name);
        record.Storage = tensor.Constant is null ? PlanStorage.Arena : PlanStorage.Constant;
        record.Offset = tensor.Constant is { } content ? Constant(content) : offsets[tensor.Root] + (long)tensor.ElementOffset * tensor.ElementBytes;
        return record;
    }

    private long Constant(byte[] content)
    {
        var key = new ContentKey(content);
        if (_constantIndex.TryGetValue(key, out long offset)) return offset;
        offset = RoundUp(_constants.Count);
        while (_constants.Count < offset) _constants.Add(0);
        _constants.AddRange(content);
        _constantIndex.Add(key, offset);
        return offset;
    }

    private (int Offset, int Length) Name(string name)
    {
        if (_nameIndex.TryGetValue(name, out (int, int) range)) return range;
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        range = (_names.Count, bytes.Length);
        _names.AddRange(bytes);
        _nameIndex.Add(name, range);
        return range;
    }

    private static byte[] Deflate(byte[] content)
    {
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) deflate.Write(content);
        return packed.ToArray();
    }

    private static long RoundUp(long value) => (value + Alignment - 1) / Alignment * Alignment;

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private readonly struct ContentKey(byte[] content) : IEquatable<ContentKey>
    {
        private readonly byte[] _content = content;

        public bool Equals(ContentKey other) => _content.AsSpan().SequenceEqual(other._content);

        public override bool Equals(object? obj) => obj is ContentKey other && Equals(other);

        public override int GetHashCode() => (int)PlanFile.ChecksumOf(_content);
    }
}
