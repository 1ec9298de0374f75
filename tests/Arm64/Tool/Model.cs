using System.Runtime.InteropServices;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Arm64.Tool;

/// <summary>A model with its seeded input: the blob that the arm64 program takes, and what the x64 runtime computes.</summary>
internal sealed unsafe class Model
{
    private const long Magic = 0x31474952_4D4B45;
    private const int Alignment = 64;
    private readonly PlanFile _file;
    private readonly byte[] _plan;
    private readonly byte[][] _inputs;

    public Model(string path)
    {
        _file = PlanFile.Load(path);
        PlanValidator.Validate(_file.Plan(0), _file.Constants, _file.Names, path);
        _plan = _file.Plan(0).ToArray();
        Path = path;
        _inputs = [.. Enumerable.Range(0, Header.InputCount).Select(i => Picture.For(Tensors[Operands[i]], i + 1))];
    }

    public string Path { get; }

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public ReadOnlySpan<OperatorRecord> Operators => Table<OperatorRecord>(Header.OperatorsOffset, Header.OperatorCount);

    private PlanHeader Header => MemoryMarshal.Read<PlanHeader>(_plan);

    private ReadOnlySpan<TensorRecord> Tensors => Table<TensorRecord>(Header.TensorsOffset, Header.TensorCount);

    private ReadOnlySpan<int> Operands => Table<int>(Header.OperandsOffset, Header.OperandCount);

    public TensorRecord Input(OperatorRecord op, int i) => Tensors[Operands[op.FirstInput + i]];

    public TensorRecord Output(OperatorRecord op, int i) => Tensors[Operands[op.FirstOutput + i]];

    /// <summary>Width and height of the first input.</summary>
    public (int Width, int Height) PictureSize
    {
        get
        {
            int[] dims = OperatorNames.DimsOf(Tensors[Operands[0]]);
            return dims.Length == 4 && dims[3] == 3 ? (dims[2], dims[1]) : throw new InvalidDataException($"{Path}: its input is no picture of three channels");
        }
    }

    /// <summary>Type of output <paramref name="i"/> of the model.</summary>
    public PlanType OutputType(int i) => Tensors[Operands[Header.InputCount + i]].Type;

    /// <summary>Magic, then offset and length of plan, constants and inputs, all int64; then these three, each 64-byte aligned. main.c reads it.</summary>
    public void WriteBlob(string path)
    {
        byte[][] sections = [_plan, _file.Constants.ToArray(), [.. _inputs.SelectMany(static i => i)]];
        var blob = new MemoryStream();
        using var writer = new BinaryWriter(blob);
        writer.Write(Magic);
        long offset = Alignment;
        foreach (byte[] section in sections)
        {
            writer.Write(offset);
            writer.Write((long)section.Length);
            offset += (section.Length + Alignment - 1) & ~(Alignment - 1);
        }
        foreach (byte[] section in sections)
        {
            writer.Write(new byte[-(int)blob.Position & (Alignment - 1)]);
            writer.Write(section);
        }
        File.WriteAllBytes(path, blob.ToArray());
    }

    /// <summary>Runs operator by operator and returns the hash of every operator's outputs, and the model's outputs.</summary>
    public (ulong[][] Hashes, byte[][] Outputs) Run()
    {
        using Session session = Session.Load(_file);
        for (int i = 0; i < _inputs.Length; i++) _inputs[i].CopyTo(session.InputBytes(i));
        var hashes = new ulong[session.OperatorCount][];
        for (int i = 0; i < hashes.Length; i++)
        {
            session.RunOperator(i);
            hashes[i] = [.. session.Operator(i).Outputs.Select(t => Hash(Tensors[t], session.TensorBytes(t)))];
        }
        return (hashes, [.. Enumerable.Range(0, session.Outputs.Count).Select(i => session.OutputBytes(i).ToArray())]);
    }

    private static ulong Hash(TensorRecord tensor, Span<byte> bytes)
    {
        fixed (byte* data = bytes) return TensorHash.Of(&tensor, data);
    }

    private ReadOnlySpan<T> Table<T>(int offset, int count) where T : unmanaged => MemoryMarshal.Cast<byte, T>(_plan.AsSpan(offset, count * sizeof(T)));
}
