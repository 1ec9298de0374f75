using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Convolutions, transposed convolutions and products with constant matrices: all become Conv or ConvTranspose on [N,H,W,C].</summary>
internal static class ConvolutionLowering
{
    private const int MaxTaps = 1024;

    public static void Conv(LoweringContext context, Node node)
    {
        int[] shape = node.Input(1).Dims;
        int spatial = shape.Length - 2;
        if (spatial is not (1 or 2)) throw ModelException.At(node, $"convolves {spatial} spatial dimensions; 1 and 2 are supported");
        ConvParameters p = Window(node, shape);
        if (p.KernelH * p.KernelW > MaxTaps) throw ModelException.At(node, $"has a kernel of {p.KernelH}x{p.KernelW}; at most {MaxTaps} taps are supported");
        bool transposed = node.Is("ConvTranspose");
        Emit(context, node, transposed ? OperatorKind.ConvTranspose : OperatorKind.Conv, p, node.Input(0), node.Input(1), node.Optional(2),
            weights => Weights(weights, shape, p.Groups, transposed), PlanOrder.ChannelsLast);
    }

    public static void Gemm(LoweringContext context, Node node)
    {
        if (node.Attributes.Int("transA", 0) != 0) throw ModelException.At(node, "transposes its first operand, which is not supported");
        if (node.Attributes.Float("alpha", 1) != 1 || node.Attributes.Float("beta", 1) != 1) throw ModelException.At(node, "has alpha or beta other than 1, which is not supported");
        int[] shape = node.Input(1).Dims;
        bool transposed = node.Attributes.Int("transB", 0) != 0;
        int columns = transposed ? shape[0] : shape[1];
        if (node.Optional(2)?.Dims is { } bias && Tensor.ElementCount(bias) != 1 && (bias[^1] != columns || Tensor.ElementCount(bias) != columns))
            throw ModelException.At(node, "adds a bias that is not one number a column; Declutter writes it as an Add");
        Emit(context, node, OperatorKind.Conv, Point, node.Input(0), node.Input(1), node.Optional(2),
            w => transposed ? Matrix(w, shape[0], shape[1]) : Matrix(Transposed(w, shape), shape[1], shape[0]), PlanOrder.Logical);
    }

    public static void MatMul(LoweringContext context, Node node)
    {
        int[] shape = node.Input(1).Dims;
        if (!ConstantWeights.Has(node.Input(1)) || shape.Length != 2)
        {
            ProductLowering.MatMul(context, node);
            return;
        }
        Emit(context, node, OperatorKind.Conv, Point, node.Input(0), node.Input(1), null, w => Matrix(Transposed(w, shape), shape[1], shape[0]), PlanOrder.Logical);
    }

    private static ConvParameters Point => new() { KernelH = 1, KernelW = 1, StrideH = 1, StrideW = 1, DilationH = 1, DilationW = 1, Groups = 1 };

    private static void Emit(LoweringContext context, Node node, OperatorKind kind, ConvParameters p, Value input, Value weightValue, Value? biasValue,
        Func<float[], WeightBlock> arrange, PlanOrder order)
    {
        ConstantWeights weights = ConstantWeights.Of(weightValue) ?? throw ModelException.At(node, "has computed weights, which are not supported");
        WeightBlock block = arrange(weights.Values);
        OutputTarget target = OutputTarget.After(node, quantized: true);
        ConstantWeights? biasWeights = biasValue is null ? null : ConstantWeights.Of(biasValue) ?? throw ModelException.At(node, "has a computed bias, which is not supported");

        bool int8 = target.Quantization is not null && context.IsQuantized(input) && weights.Scales is not null
            && Array.TrueForAll(weights.Values, static w => w is >= -127 and <= 127);
        if (!int8)
        {
            target = OutputTarget.After(node, quantized: false);
            block = arrange(weights.Dequantized());
        }
        target.AbsorbChain(context);
        PlanTensor x = int8 ? context.Quantized(input, order) : context.Float(input, order);
        PlanType type = int8 ? PlanType.Int8 : PlanType.Float;
        (float scale, int zeroPoint) = int8 ? (target.Quantization!.Value.Scale, target.Quantization.Value.ZeroPoint) : (0, 0);
        (p.MinInt8, p.MaxInt8) = int8 ? (target.MinInt8, target.MaxInt8) : (sbyte.MinValue, sbyte.MaxValue);
        (p.MinFloat, p.MaxFloat) = (target.Min, target.Max);

        PlanTensor y;
        if (kind == OperatorKind.ConvTranspose && !context.Without.HasFlag(Optimizations.Subpixels)
            && MapDims(Layout.ToChannelsLast(target.Value.Dims)) is var map && SubpixelConvolution.Of(p, map) is { } form)
        {
            kind = OperatorKind.Conv;
            p = form.Parameters;
            block = new WeightBlock(form.Weights(block.Values, block.Outputs, block.Depth), form.Phases * block.Outputs, block.Depth);
            y = LoweringContext.NewPart(target.Value, type, form.Dims(map), scale, zeroPoint);
            context.Bind(target.Value, form.View(y, target.Value.Dims.Length, node.Name), order);
        }
        else
        {
            y = FeatureMap(context.NewTensor(target.Value, type, order, scale, zeroPoint), order);
        }

        int outputs = block.Outputs;
        int[] dims = [outputs, p.KernelH, p.KernelW, block.Depth];
        var inputs = new List<PlanTensor> { FeatureMap(x, order) };
        if (int8)
        {
            float[] scales = Spread(weights.Scales!, outputs);
            sbyte[] codes = Array.ConvertAll(block.Values, static v => (sbyte)v);
            inputs.Add(PlanTensor.Of(weightValue.Name, PlanType.Int8, codes, dims, scale: 1));
            inputs.Add(PlanTensor.Of(biasValue?.Name ?? $"{node.Name}_bias", PlanType.Int32, Bias(biasWeights, outputs, x.Scale, scales), [outputs]));
            inputs.Add(PlanTensor.Of($"{node.Name}_requantization", PlanType.Float, Array.ConvertAll(scales, s => x.Scale * s / y.Scale), [outputs]));
        }
        else
        {
            inputs.Add(PlanTensor.Of(weightValue.Name, PlanType.Float, WithoutSubnormals(block.Values), dims));
            float[] bias = biasWeights is null ? new float[outputs] : Spread(biasWeights.Dequantized(), outputs);
            inputs.Add(PlanTensor.Of(biasValue?.Name ?? $"{node.Name}_bias", PlanType.Float, WithoutSubnormals(bias), [outputs]));
        }
        context.Plan.Emit(kind, node.Name, [.. inputs], y, p);
    }

    /// <summary>[N,L,C] and matrices [.., K] as [N,H,W,C].</summary>
    private static PlanTensor FeatureMap(PlanTensor tensor, PlanOrder order)
    {
        int[] d = tensor.Dims;
        if (order == PlanOrder.ChannelsLast) return d.Length == 4 ? tensor : tensor.View(MapDims(d), PlanOrder.ChannelsLast);
        int rows = tensor.ElementCount / Math.Max(1, d[^1]);
        return tensor.View([1, 1, rows, d[^1]], PlanOrder.Logical);
    }

    private static int[] MapDims(int[] d) => d.Length == 4 ? d : [d[0], 1, d[1], d[2]];

    private static ConvParameters Window(Node node, int[] weightShape)
    {
        AttributeMap a = node.Attributes;
        bool flat = weightShape.Length == 3;
        int[] strides = a.Ints("strides") ?? [1, 1], dilations = a.Ints("dilations") ?? [1, 1], pads = a.Ints("pads") ?? [0, 0, 0, 0];
        return new ConvParameters
        {
            KernelH = flat ? 1 : weightShape[2],
            KernelW = weightShape[^1],
            StrideH = flat ? 1 : strides[0],
            StrideW = flat ? strides[0] : strides[1],
            DilationH = flat ? 1 : dilations[0],
            DilationW = flat ? dilations[0] : dilations[1],
            PadTop = flat ? 0 : pads[0],
            PadLeft = flat ? pads[0] : pads[1],
            Groups = a.Int("group", 1),
        };
    }

    /// <summary>OIHW, or IOHW of a transposed convolution, as [O, taps, I/groups].</summary>
    private static WeightBlock Weights(float[] w, int[] shape, int groups, bool transposed)
    {
        int taps = shape.Length == 3 ? shape[2] : shape[2] * shape[3];
        int outputs = transposed ? shape[1] * groups : shape[0];
        int depth = transposed ? shape[0] / groups : shape[1];
        int perGroup = outputs / groups;
        float[] values = new float[w.Length];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < depth; i++)
            {
                int source = transposed ? ((o / perGroup * depth) + i) * perGroup + o % perGroup : o * depth + i;
                for (int t = 0; t < taps; t++) values[(o * taps + t) * depth + i] = w[source * taps + t];
            }
        }
        return new WeightBlock(values, outputs, depth);
    }

    private static WeightBlock Matrix(float[] rows, int outputs, int depth) => new(rows, outputs, depth);

    private static float[] Transposed(float[] w, int[] shape)
    {
        float[] t = new float[w.Length];
        for (int i = 0; i < shape[0]; i++)
        {
            for (int j = 0; j < shape[1]; j++) t[j * shape[0] + i] = w[i * shape[1] + j];
        }
        return t;
    }

    // Weight decay leaves filters below 1.2e-38 behind. They add nothing that a sum could show, but x64 takes some hundred cycles for a product with such a number.
    private static float[] WithoutSubnormals(float[] values) => Array.ConvertAll(values, static v => float.IsSubnormal(v) ? 0 : v);

    private static int[] Bias(ConstantWeights? bias, int outputs, float inputScale, float[] weightScales)
    {
        if (bias is null) return new int[outputs];
        if (bias.Scales is not null) return Array.ConvertAll(Spread(bias.Codes!, outputs), static v => v);
        float[] values = Spread(bias.Values, outputs);
        int[] codes = new int[outputs];
        for (int o = 0; o < outputs; o++)
            codes[o] = (int)Math.Clamp(Math.Round((double)values[o] / (inputScale * weightScales[o]), MidpointRounding.ToEven), int.MinValue, int.MaxValue);
        return codes;
    }

    /// <summary>One value an output: a single one serves all, and those along axis 1 of a grouped transposed convolution serve every group.</summary>
    private static T[] Spread<T>(T[] values, int count) => values.Length == count ? values : [.. Enumerable.Range(0, count).Select(o => values[o % values.Length])];

    private sealed record WeightBlock(float[] Values, int Outputs, int Depth);
}
