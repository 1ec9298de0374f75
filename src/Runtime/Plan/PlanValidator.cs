using System.Runtime.InteropServices;
using System.Text;
using EdgeKit.Runtime.Execution;

namespace EdgeKit.Runtime.Plan;

/// <summary>Checks that nothing in a plan can make the executor leave its memory. What passes here is trusted by the executor.</summary>
public static unsafe class PlanValidator
{
    /// <summary>The largest activation memory that is accepted, in bytes.</summary>
    public const long MaxArenaBytes = 1L << 31;

    /// <summary>The most elementary steps (a multiplication, a comparison, an element moved) of one run that are accepted: minutes on a fast machine.</summary>
    public const double MaxSteps = 1e12;

    private const int MaxCount = 1 << 20;
    private const int Alignment = 64;

    /// <summary>Checks a plan section.</summary>
    /// <exception cref="PlanException">Something is wrong; the message names the file and the place.</exception>
    public static void Validate(ReadOnlySpan<byte> plan, ReadOnlySpan<byte> constants, ReadOnlySpan<byte> names, string file)
    {
        if (plan.Length < PlanHeader.Bytes) throw Bad(file, "plan is too short");
        PlanHeader h = MemoryMarshal.Read<PlanHeader>(plan);
        if (h.ArenaBytes is < 0 or > MaxArenaBytes) throw Bad(file, $"arena of {h.ArenaBytes} bytes");
        ReadOnlySpan<TensorRecord> tensors = Table<TensorRecord>(plan, h.TensorsOffset, h.TensorCount, file, "tensors");
        ReadOnlySpan<OperatorRecord> operators = Table<OperatorRecord>(plan, h.OperatorsOffset, h.OperatorCount, file, "operators");
        ReadOnlySpan<int> operands = Table<int>(plan, h.OperandsOffset, h.OperandCount, file, "operands");
        long used = 0;
        for (int i = 0; i < tensors.Length; i++)
        {
            CheckTensor(tensors[i], i, h.ArenaBytes, constants.Length, names.Length, file);
            if (tensors[i].Storage == PlanStorage.Arena) used = Math.Max(used, tensors[i].Offset + tensors[i].ByteLength);
        }
        if (h.ArenaBytes >= used + Alignment) throw Bad(file, $"arena of {h.ArenaBytes} bytes where the tensors take {used}");
        foreach (int t in operands)
        {
            if ((uint)t >= (uint)tensors.Length) throw Bad(file, $"an operand names tensor {t} of {tensors.Length}");
        }
        if (h.InputCount < 0 || h.OutputCount < 1 || (long)h.InputCount + h.OutputCount > operands.Length) throw Bad(file, "bad input or output count");
        for (int i = 0; i < h.InputCount + h.OutputCount; i++)
        {
            TensorRecord t = tensors[operands[i]];
            if (t.Storage != PlanStorage.Arena) throw Bad(file, "an input or output is a constant");
            if (t.Rank > 0 && t.PixelStride != t.Dims[t.Rank - 1]) throw Bad(file, "an input or output is a view");
        }
        double steps = 0;
        for (int i = 0; i < operators.Length; i++)
        {
            OperatorRecord op = operators[i];
            if (!InRange(op.NameOffset, op.NameLength, names.Length)) throw Bad(file, $"operator {i} has a bad name");
            if (op.FirstInput < 0 || op.InputCount < 0 || op.FirstInput > operands.Length - op.InputCount
                || op.FirstOutput < 0 || op.OutputCount < 1 || op.FirstOutput > operands.Length - op.OutputCount)
                throw Bad(file, $"operator {i} has bad operands");
            string name = Encoding.UTF8.GetString(names.Slice(op.NameOffset, op.NameLength));
            steps += new OperatorValidator(tensors, operands, constants, op, $"{file}: malformed plan: operator {i} '{name}' ({op.Kind})").Check();
            if (op.Band != 0) CheckBand(tensors, operators, operands, i, file);
            if (steps > MaxSteps) throw Bad(file, $"one run takes more than {MaxSteps:0e0} steps");
        }
    }

    /// <summary>The operators themselves have been checked, or will be.</summary>
    private static void CheckBand(ReadOnlySpan<TensorRecord> tensors, ReadOnlySpan<OperatorRecord> operators, ReadOnlySpan<int> operands, int first, string file)
    {
        int length = operators[first].Band;
        bool good = length is >= 2 and <= Bands.MaxLength && first <= operators.Length - length;
        for (int i = first; good && i < first + length; i++)
        {
            OperatorRecord op = operators[i];
            good = op.Kind == OperatorKind.Conv && (i == first || op.Band == 0) && op.InputCount > 0 && op.OutputCount > 0
                && op.FirstInput >= 0 && op.FirstInput < operands.Length && op.FirstOutput >= 0 && op.FirstOutput < operands.Length
                && tensors[operands[op.FirstOutput]].Dims[0] == 1
                && (i == first || operands[op.FirstInput] == operands[operators[i - 1].FirstOutput]);
        }
        if (!good) throw Bad(file, $"operator {first} starts a bad band");
    }

    private static ReadOnlySpan<T> Table<T>(ReadOnlySpan<byte> plan, int offset, int count, string file, string what) where T : unmanaged
    {
        if (count is < 0 or > MaxCount || offset < 0 || offset % 8 != 0 || offset + (long)count * sizeof(T) > plan.Length) throw Bad(file, $"bad table of {what}");
        return MemoryMarshal.Cast<byte, T>(plan.Slice(offset, count * sizeof(T)));
    }

    private static void CheckTensor(TensorRecord t, int index, long arena, long constants, long names, string file)
    {
        if (t.Type is not (PlanType.Float or PlanType.Int8 or PlanType.Int32 or PlanType.Int64)) throw Bad(file, $"tensor {index} has type {(int)t.Type}");
        if (t.Rank > TensorRecord.MaxRank || t.Storage > PlanStorage.Constant || t.Order > PlanOrder.ChannelsLast || (t.Order == PlanOrder.ChannelsLast && t.Rank < 2)) throw Bad(file, $"tensor {index} is malformed");
        long count = 1;
        for (int i = 0; i < t.Rank; i++)
        {
            if (t.Dims[i] < 1) throw Bad(file, $"tensor {index} has dimension {t.Dims[i]}");
            count *= t.Dims[i];
            if (count > int.MaxValue) throw Bad(file, $"tensor {index} is too large");
        }
        if (t.Rank > 0)
        {
            int innermost = t.Dims[t.Rank - 1];
            if (t.PixelStride < innermost) throw Bad(file, $"tensor {index} has pixel stride {t.PixelStride}");
            if ((count / innermost - 1) * t.PixelStride + innermost > int.MaxValue) throw Bad(file, $"tensor {index} is too large");
        }
        if (t.Type == PlanType.Int8 && !(float.IsFinite(t.Scale) && t.Scale >= 0 && t.ZeroPoint is >= sbyte.MinValue and <= sbyte.MaxValue))
            throw Bad(file, $"tensor {index} has bad quantization parameters");
        long space = t.Storage == PlanStorage.Constant ? constants : arena;
        long bytes = t.ByteLength;
        if (t.Offset < 0 || t.Offset % t.ElementBytes != 0 || bytes > int.MaxValue || bytes > space || t.Offset > space - bytes) throw Bad(file, $"tensor {index} lies outside its memory");
        if (!InRange(t.NameOffset, t.NameLength, names)) throw Bad(file, $"tensor {index} has a bad name");
    }

    private static bool InRange(int offset, int length, long space) => offset >= 0 && length >= 0 && (long)offset + length <= space;

    internal static PlanException Bad(string file, string problem) => new($"{file}: malformed plan: {problem}; recompile the model");
}
