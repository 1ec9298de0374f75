using System.Runtime.InteropServices;
using EdgeKit.Runtime.Kernels.Elementwise;

namespace EdgeKit.Runtime.Plan;

/// <summary>Checks one operator of a plan: types, dimensions and parameters are such that its code stays inside its tensors.</summary>
internal readonly unsafe ref struct OperatorValidator(
    ReadOnlySpan<TensorRecord> tensors, ReadOnlySpan<int> operands, ReadOnlySpan<byte> constants, OperatorRecord op, string place)
{
    /// <summary>Kernel sizes, strides, dilations and pads beyond this are refused: their products must fit 32 bits.</summary>
    private const int MaxWindow = 1 << 15;

    private const int MaxTaps = 1024;

    private readonly ReadOnlySpan<TensorRecord> _tensors = tensors;
    private readonly ReadOnlySpan<int> _operands = operands;
    private readonly ReadOnlySpan<byte> _constants = constants;
    private readonly OperatorRecord _op = op;
    private readonly string _place = place;

    /// <summary>Checks the operator; returns about how many elementary steps one run of it takes.</summary>
    /// <exception cref="PlanException">Something is wrong with it.</exception>
    public double Check()
    {
        Require(_op.OutputCount == 1, "has several outputs");
        Require(Y.Storage == PlanStorage.Arena, "writes to a constant");
        switch (_op.Kind)
        {
            case OperatorKind.Conv or OperatorKind.ConvTranspose: CheckConv(Parameters<ConvParameters>()); break;
            case OperatorKind.Pool: CheckPool(Parameters<PoolParameters>()); break;
            case OperatorKind.Binary: CheckBinary(Parameters<BinaryParameters>()); break;
            case OperatorKind.Unary: CheckUnary(Parameters<UnaryParameters>()); break;
            case OperatorKind.Table: CheckTable(); break;
            case OperatorKind.Copy: CheckCopy(Parameters<CopyParameters>()); break;
            case OperatorKind.Gather: CheckGather(Parameters<AxisParameters>()); break;
            case OperatorKind.Fill: CheckFill(Parameters<FillParameters>()); break;
            case OperatorKind.Resize: CheckResize(); break;
            case OperatorKind.Reduce: CheckReduce(Parameters<AxisParameters>()); break;
            case OperatorKind.Softmax: CheckSoftmax(Parameters<AxisParameters>()); break;
            case OperatorKind.LayerNorm: CheckLayerNorm(); break;
            case OperatorKind.Lrn: CheckLrn(Parameters<NormParameters>()); break;
            case OperatorKind.MatMul: CheckMatMul(Parameters<MatMulParameters>()); break;
            case OperatorKind.ArgMax: CheckArgMax(Parameters<AxisParameters>()); break;
            case OperatorKind.Quantize: CheckConversion(PlanType.Float, PlanType.Int8); break;
            case OperatorKind.Dequantize: CheckConversion(PlanType.Int8, PlanType.Float); break;
            case OperatorKind.GridSample: CheckGridSample(Parameters<GridSampleParameters>()); break;
            case OperatorKind.WeightedGather: CheckWeightedGather(Parameters<AxisParameters>()); break;
            case OperatorKind.Attention: CheckAttention(Parameters<AttentionParameters>()); break;
            default: throw Bad($"is of kind {(int)_op.Kind}, which this version does not know");
        }
        return Steps();
    }

    private double Steps()
    {
        double elements = Y.ElementCount;
        switch (_op.Kind)
        {
            case OperatorKind.Conv or OperatorKind.ConvTranspose: return elements / Dim(Y, 3) * X(1).ElementCount;
            case OperatorKind.Pool: return elements * Parameters<PoolParameters>().KernelH * Parameters<PoolParameters>().KernelW;
            case OperatorKind.MatMul: return elements * Parameters<MatMulParameters>().K;
            case OperatorKind.Attention: return elements * Parameters<AttentionParameters>().Keys * (1 + (double)Parameters<AttentionParameters>().Depth / Parameters<AttentionParameters>().Width);
            case OperatorKind.Lrn: return elements * Math.Min(Parameters<NormParameters>().Size, Dim(Y, Y.Rank - 1));
            case OperatorKind.Fill: return elements;
            case OperatorKind.GridSample: return elements * (Parameters<GridSampleParameters>().Mode == SampleMode.Cubic ? 16 : 4);
            case OperatorKind.WeightedGather: return elements * Parameters<AxisParameters>().Variant;
            default: return Math.Max(elements, X().ElementCount);
        }
    }

    private TensorRecord Y => _tensors[_operands[_op.FirstOutput]];

    private TensorRecord X(int i = 0)
    {
        Require(i < _op.InputCount, $"has {_op.InputCount} inputs");
        return _tensors[_operands[_op.FirstInput + i]];
    }

    private void CheckConv(ConvParameters p)
    {
        TensorRecord x = X(), w = X(1), bias = X(2), y = Y;
        bool int8 = x.Type == PlanType.Int8;
        Maps(x, y);
        Window(p.KernelH, p.KernelW, p.StrideH, p.StrideW, p.DilationH, p.DilationW, p.PadTop, p.PadLeft);
        Require(p.KernelH * p.KernelW <= MaxTaps, "has too many taps");
        int channels = x.Dims[3], outputs = y.Dims[3];
        Require(p.Groups >= 1 && channels % p.Groups == 0 && outputs % p.Groups == 0 && channels > 0 && outputs > 0, "has groups that do not divide its channels");
        Constant(w, x.Type, (long)outputs * p.KernelH * p.KernelW * (channels / p.Groups));
        Constant(bias, int8 ? PlanType.Int32 : PlanType.Float, outputs);
        if (!int8) return;
        Constant(X(3), PlanType.Float, outputs);
        Clamp(p.MinInt8, p.MaxInt8);
        Require(!Content<sbyte>(w).Contains(sbyte.MinValue), "has a weight of -128; weights lie in [-127, 127]");
        foreach (float scale in Content<float>(X(3))) Require(float.IsFinite(scale) && scale >= 0, "has a bad scale");
    }

    private void CheckPool(PoolParameters p)
    {
        Maps(X(), Y);
        Window(p.KernelH, p.KernelW, p.StrideH, p.StrideW, p.DilationH, p.DilationW, p.PadTop, p.PadLeft);
        Require(p.PadBottom is >= 0 and < MaxWindow && p.PadRight is >= 0 and < MaxWindow, "has bad pads");
        Require(p.Function is >= PoolFunction.Max and <= PoolFunction.AverageWithPadding, "has an unknown function");
        Require(Dim(X(), 3) == Dim(Y, 3), "changes the number of channels");
        if (X().Type == PlanType.Int8) Require(p.Function == PoolFunction.Max ? SameQuantization(X(), Y) : Y.Scale > 0, "has bad quantization");
    }

    private void CheckBinary(BinaryParameters p)
    {
        TensorRecord a = X(), b = X(1), y = Y;
        Require(a.Type == y.Type && b.Type == y.Type && y.Type is PlanType.Float or PlanType.Int8, "mixes types");
        Require(p.Function is >= BinaryFunction.Add and <= BinaryFunction.PRelu, "has an unknown function");
        Require(p.Rank is >= 1 and <= 6, "has a bad rank");
        long count = 1, lastA = 0, lastB = 0;
        for (int i = 0; i < p.Rank; i++)
        {
            Require(p.Dims[i] >= 1 && p.StrideA[i] >= 0 && p.StrideB[i] >= 0, "has bad dimensions");
            count *= p.Dims[i];
            Require(count <= int.MaxValue, "is too large");
            lastA += (p.Dims[i] - 1L) * p.StrideA[i];
            lastB += (p.Dims[i] - 1L) * p.StrideB[i];
        }
        Require(count == y.ElementCount && lastA < Span(a) && lastB < Span(b), "reads outside its inputs");
        Require(IsDense(y) || (p.Rank >= 2 && p.Dims[p.Rank - 1] == Dim(y, y.Rank - 1)), "writes to a view by other rows than its pixels");
        if (y.Type != PlanType.Int8) return;
        Clamp(p.MinInt8, p.MaxInt8);
        Require(p.Function <= BinaryFunction.Mul && y.Scale > 0, "has no INT8 form");
        const float most = 1e30f;
        Require(a.Scale / y.Scale < most && b.Scale / y.Scale < most && a.Scale * b.Scale / y.Scale < most, "has scales that overflow");
    }

    private void CheckUnary(UnaryParameters p)
    {
        Require(UnaryFunctions.Loop(p) != null, "has an unknown function");
        CheckConversion(PlanType.Float, PlanType.Float);
    }

    private void CheckTable()
    {
        CheckConversion(PlanType.Int8, PlanType.Int8);
        TensorRecord table = X(1);
        int channels = Y.Rank == 0 ? 1 : Dim(Y, Y.Rank - 1);
        Require(table.Rank is 1 or 2, "has a bad table");
        bool shared = _op.InputCount > 2;
        int tables = shared && table.Rank == 2 ? table.Dims[0] : table.Rank == 2 ? channels : 1;
        Constant(table, PlanType.Int8, 256L * tables);
        if (!shared) return;
        Constant(X(2), PlanType.Int32, channels);
        foreach (int i in Content<int>(X(2))) Require((uint)i < (uint)tables, "has an index out of range");
    }

    private void CheckCopy(CopyParameters p)
    {
        TensorRecord x = X(), y = Y;
        Dense(x, y);
        Require(x.Type == y.Type, "mixes types");
        Require(p.Rank is >= 1 and <= TensorRecord.MaxRank, "has a bad rank");
        long elements = 1, inLow = p.InOffset, inHigh = p.InOffset, outLow = p.OutOffset, outHigh = p.OutOffset;
        for (int i = 0; i < p.Rank; i++)
        {
            elements *= p.Dims[i];
            Require(p.Dims[i] >= 1 && elements <= y.ElementCount, "has bad dimensions");
            Extend(ref inLow, ref inHigh, (p.Dims[i] - 1L) * p.InStride[i]);
            Extend(ref outLow, ref outHigh, (p.Dims[i] - 1L) * p.OutStride[i]);
        }
        Require(inLow >= 0 && inHigh < x.ElementCount && outLow >= 0 && outHigh < y.ElementCount, "copies from or to outside its tensors");
    }

    private static void Extend(ref long low, ref long high, long span)
    {
        if (span < 0) low += span;
        else high += span;
    }

    private void CheckGather(AxisParameters p)
    {
        TensorRecord x = X(), indices = X(1), y = Y;
        Dense(x, y);
        Require(x.Type == y.Type, "mixes types");
        Axis(p, x.ElementCount, indices.ElementCount, y.ElementCount);
        Constant(indices, PlanType.Int32, indices.ElementCount);
        foreach (int i in Content<int>(indices)) Require((uint)i < (uint)p.Extent, "has an index out of range");
    }

    private void CheckFill(FillParameters p)
    {
        Dense(Y);
        Require(Y.Type == PlanType.Float || Y.Type == PlanType.Int8 && p.Int8 is >= sbyte.MinValue and <= sbyte.MaxValue, "fills a type it cannot");
    }

    private void CheckResize()
    {
        TensorRecord x = X(), y = Y;
        Maps(x, y);
        Require(x.Dims[3] == y.Dims[3] && SameQuantization(x, y), "changes channels or quantization");
        Indices(X(1), y.Dims[1], x.Dims[1]);
        Indices(X(2), y.Dims[2], x.Dims[2]);
        Constant(X(3), PlanType.Float, y.Dims[1]);
        Constant(X(4), PlanType.Float, y.Dims[2]);
    }

    private void Indices(TensorRecord table, int count, int bound)
    {
        Constant(table, PlanType.Int32, 2L * count);
        foreach (int i in Content<int>(table)) Require((uint)i < (uint)bound, "has an index out of range");
    }

    private void CheckReduce(AxisParameters p)
    {
        TensorRecord x = X(), y = Y;
        Dense(x, y);
        Axis(p, x.ElementCount, 1, y.ElementCount);
        Require(p.Variant is >= (int)ReduceFunction.Mean and <= (int)ReduceFunction.L2, "has an unknown function");
        Require(x.Type == y.Type, "mixes types");
        if (x.Type != PlanType.Int8)
        {
            Require(x.Type == PlanType.Float, "reduces a type it cannot");
            return;
        }
        Require((ReduceFunction)p.Variant == ReduceFunction.Mean && y.Scale > 0
            || (ReduceFunction)p.Variant is ReduceFunction.Max or ReduceFunction.Min && SameQuantization(x, y), "has no INT8 form");
    }

    private void CheckSoftmax(AxisParameters p)
    {
        CheckConversion(PlanType.Float, PlanType.Float);
        Dense(X(), Y);
        Axis(p, X().ElementCount, p.Extent, Y.ElementCount);
    }

    private void CheckLayerNorm()
    {
        CheckConversion(PlanType.Float, PlanType.Float);
        Dense(X(), X(1), X(2), Y);
        Require(Y.Rank >= 1, "has no axis");
        long extent = Dim(Y, Y.Rank - 1);
        Require(extent >= 1 && X(1).Type == PlanType.Float && X(2).Type == PlanType.Float && (X(1).ElementCount == extent || X(1).ElementCount == 1)
            && (X(2).ElementCount == extent || X(2).ElementCount == 1), "has scales of another size");
    }

    private void CheckLrn(NormParameters p)
    {
        CheckConversion(PlanType.Float, PlanType.Float);
        Dense(X(), Y);
        Require(Y.Rank >= 1 && p.Size is >= 1 and < MaxWindow, "has a bad window");
    }

    private void CheckMatMul(MatMulParameters p)
    {
        TensorRecord a = X(), b = X(1), y = Y;
        Dense(a, b, y);
        Require(a.Type == PlanType.Float && b.Type == PlanType.Float && y.Type == PlanType.Float, "multiplies other types than float");
        Require(p.Batch >= 0 && p.M >= 0 && p.K >= 0 && p.N >= 0 && p.StrideA >= 0 && p.StrideB >= 0, "has bad dimensions");
        bool inside = (Int128)p.Batch * p.M * p.N == y.ElementCount
            && (Int128)p.M * p.K + (Int128)Math.Max(0, p.Batch - 1) * p.StrideA <= a.ElementCount
            && (Int128)p.K * p.N + (Int128)Math.Max(0, p.Batch - 1) * p.StrideB <= b.ElementCount;
        Require(inside, "reads outside its inputs");
    }

    private void CheckAttention(AttentionParameters p)
    {
        Require(p.Batch >= 1 && p.Heads >= 1 && p.Queries >= 1 && p.Keys is >= 1 and <= AttentionParameters.MaxKeys && p.Depth is >= 1 and <= AttentionParameters.MaxDepth && p.Width >= 1, "has bad dimensions");
        Rows(X(), p.Query, p.Queries, p.Depth, p);
        Rows(X(1), p.Key, p.Depth, p.Keys, p);
        Rows(X(2), p.Value, p.Keys, p.Width, p);
        if (_op.InputCount > 3) Rows(X(3), p.Mask, p.Queries, p.Keys, p);
        Rows(Y, p.Output, p.Queries, p.Width, p);
        Require((Int128)p.Batch * p.Heads * p.Queries * p.Width == Y.ElementCount, "has an output of another size");
    }

    private void Rows(TensorRecord t, AttentionRows rows, int count, int width, AttentionParameters p)
    {
        Dense(t);
        Require(t.Type == PlanType.Float && rows.Offset >= 0 && rows.Batch >= 0 && rows.Head >= 0 && rows.Row >= 0, "has bad operands");
        Require(rows.Offset + (p.Batch - 1L) * rows.Batch + (Int128)(p.Heads - 1L) * rows.Head + (count - 1L) * rows.Row + width <= t.ElementCount, "has rows outside its tensors");
    }

    private void CheckArgMax(AxisParameters p)
    {
        Dense(X(), Y);
        Require(X().Type == PlanType.Float && Y.Type == PlanType.Int64, "has bad types");
        Axis(p, X().ElementCount, 1, Y.ElementCount);
    }

    private void CheckGridSample(GridSampleParameters p)
    {
        TensorRecord x = X(), places = X(1), y = Y;
        Maps(x, y);
        Dense(x, places, y);
        Require(x.Type == PlanType.Float && places.Type == PlanType.Float, "samples other types than float");
        Require(x.Dims[1] >= 1 && x.Dims[2] >= 1 && x.Dims[3] == y.Dims[3], "changes channels, or samples nothing");
        Require(places.Rank == 4 && places.Dims[0] == y.Dims[0] && places.Dims[1] == y.Dims[1] && places.Dims[2] == y.Dims[2] && places.Dims[3] == 2, "has positions of another size");
        Require(p.Mode is >= SampleMode.Nearest and <= SampleMode.Cubic && p.Padding is >= SamplePadding.Zeros and <= SamplePadding.Reflection, "has an unknown mode");
    }

    private void CheckWeightedGather(AxisParameters p)
    {
        TensorRecord x = X(), sources = X(1), y = Y;
        Dense(x, y);
        Require(x.Type == PlanType.Float && y.Type == PlanType.Float, "adds up other types than float");
        Require(p.Variant is >= 1 and <= MaxTaps && sources.ElementCount % p.Variant == 0 && p.Outer >= 1 && p.Inner >= 1, "has a bad number of taps");
        Axis(p, x.ElementCount, sources.ElementCount / p.Variant, y.ElementCount);
        Constant(sources, PlanType.Int32, sources.ElementCount);
        Constant(X(2), PlanType.Float, sources.ElementCount);
        foreach (int i in Content<int>(sources)) Require((uint)i < (uint)p.Extent, "has a source out of range");
    }

    private void CheckConversion(PlanType from, PlanType to)
    {
        TensorRecord x = X(), y = Y;
        Require(x.Type == from && y.Type == to, "has bad types");
        bool same = x.Rank == y.Rank;
        for (int i = 0; same && i < x.Rank; i++) same = x.Dims[i] == y.Dims[i];
        Require(same, "changes the shape");
        if (to == PlanType.Int8) Require(y.Scale > 0, "has no scale");
    }

    private void Axis(AxisParameters p, long input, long outputExtent, long output)
    {
        Require(p.Outer >= 0 && p.Extent >= 1 && p.Inner >= 0, "has a bad axis");
        Require((Int128)p.Outer * p.Extent * p.Inner == input && (Int128)p.Outer * outputExtent * p.Inner == output, "has an axis that is not its tensors'");
    }

    private void Maps(TensorRecord x, TensorRecord y)
    {
        Require(x.Rank == 4 && y.Rank == 4 && x.Dims[0] == y.Dims[0], "takes and yields [N,H,W,C]");
        Require(x.Type == y.Type && x.Type is PlanType.Float or PlanType.Int8, "mixes types");
        if (y.Type == PlanType.Int8) Require(y.Scale > 0, "has no scale");
    }

    private void Window(int kernelH, int kernelW, int strideH, int strideW, int dilationH, int dilationW, int padTop, int padLeft) =>
        Require(kernelH is >= 1 and < MaxWindow && kernelW is >= 1 and < MaxWindow && strideH is >= 1 and < MaxWindow && strideW is >= 1 and < MaxWindow
            && dilationH is >= 1 and < MaxWindow && dilationW is >= 1 and < MaxWindow && padTop is >= 0 and < MaxWindow && padLeft is >= 0 and < MaxWindow
            && FitsInt32(Dim(Y, 1), strideH, kernelH, dilationH) && FitsInt32(Dim(Y, 2), strideW, kernelW, dilationW), "has a bad window");

    private static int Dim(TensorRecord t, int i) => t.Dims[i];

    private static bool FitsInt32(int size, int stride, int kernel, int dilation) => (long)size * stride + (long)kernel * dilation < int.MaxValue - MaxWindow;

    private void Constant(TensorRecord t, PlanType type, long count) =>
        Require(t.Storage == PlanStorage.Constant && t.Type == type && t.ElementCount == count && IsDense(t), $"wants {count} constants of type {type}");

    private void Clamp(int min, int max) => Require(min >= sbyte.MinValue && max <= sbyte.MaxValue && min <= max, "has a bad clamp");

    private void Dense(params ReadOnlySpan<TensorRecord> list)
    {
        foreach (TensorRecord t in list) Require(IsDense(t), "takes only dense tensors");
    }

    /// <summary>Elements from the first to past the last.</summary>
    private static long Span(TensorRecord t) => t.ByteLength / t.ElementBytes;

    private static bool IsDense(TensorRecord t) => t.Rank == 0 || t.PixelStride == t.Dims[t.Rank - 1];

    private static bool SameQuantization(TensorRecord a, TensorRecord b) => a.Type != PlanType.Int8 || (a.Scale == b.Scale && a.ZeroPoint == b.ZeroPoint);

    private ReadOnlySpan<T> Content<T>(TensorRecord t) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(_constants.Slice((int)t.Offset, (int)t.ByteLength));

    private T Parameters<T>() where T : unmanaged
    {
        OperatorRecord copy = _op;
        return *(T*)copy.Parameters;
    }

    private void Require(bool condition, string problem)
    {
        if (!condition) throw Bad(problem);
    }

    private PlanException Bad(string problem) => new($"{_place} {problem}; recompile the model");
}
