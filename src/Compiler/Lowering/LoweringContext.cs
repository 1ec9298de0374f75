using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>
/// What each value of the graph has become in the plan: float, INT8 or both, in the model's dimension order or channels-last. Asking for a form that is not
/// there yet emits the conversion.
/// </summary>
internal sealed class LoweringContext(Graph graph, PlanBuilder plan, Optimizations without)
{
    private readonly Dictionary<Value, List<PlanTensor>> _forms = [];
    private readonly Dictionary<Value, StridedView> _views = [];
    private readonly HashSet<Node> _absorbed = [];

    public Graph Graph => graph;

    public PlanBuilder Plan => plan;

    /// <summary>Steps to leave out.</summary>
    public Optimizations Without => without;

    /// <summary>Nodes whose work another operator does already.</summary>
    public bool IsAbsorbed(Node node) => _absorbed.Contains(node);

    public void Absorb(Node node) => _absorbed.Add(node);

    /// <summary>Records a form of a value.</summary>
    public void Bind(Value value, PlanTensor tensor)
    {
        if (!_forms.TryGetValue(value, out List<PlanTensor>? forms)) _forms.Add(value, forms = []);
        forms.Add(tensor);
    }

    /// <summary>
    /// Records that a value is some elements of a tensor: at once as that tensor where they lie in an order that there is, else to be copied when they are asked
    /// for. Of two orders the one that is <paramref name="preferred"/> counts as the value's.
    /// </summary>
    public void Bind(Value value, StridedView view, PlanOrder preferred = PlanOrder.Logical)
    {
        foreach (PlanOrder order in preferred == PlanOrder.Logical ? (PlanOrder[])[PlanOrder.Logical, PlanOrder.ChannelsLast] : [PlanOrder.ChannelsLast, PlanOrder.Logical])
        {
            if ((order == PlanOrder.Logical || value.Dims.Length >= 3) && view.Lies(order))
                Bind(value, view.Source.View(order == PlanOrder.ChannelsLast ? Layout.ToChannelsLast(value.Dims) : value.Dims, order, value.Name));
        }
        if (!_forms.ContainsKey(value)) _views.Add(value, view);
    }

    /// <summary>The value as elements of a tensor, in its cheapest form.</summary>
    public StridedView ViewOf(Value value, string name) => _views.GetValueOrDefault(value) ?? StridedView.Of(Any(value), name);

    /// <summary>The elements that a value still is of another tensor, if it is one that was not copied and of the given type; else null.</summary>
    public StridedView? Uncopied(Value value, PlanType type) => _views.TryGetValue(value, out StridedView? view) && view.Source.Type == type && !_forms.ContainsKey(value) ? view : null;

    /// <summary>Records that a value is another one under its name.</summary>
    public void BindSame(Value value, Value other)
    {
        if (Uncopied(other, PlanType.Int8) is { } view) Bind(value, view);
        else Bind(value, Quantized(other));
    }

    /// <summary>A tensor with the quantization of a value, which is there as INT8.</summary>
    public PlanTensor QuantizationOf(Value value) => _forms.GetValueOrDefault(value)?.Find(static t => t.Type == PlanType.Int8) ?? _views[value].Source;

    /// <summary>Whether the value is there as INT8.</summary>
    public bool IsQuantized(Value value) =>
        (_forms.TryGetValue(value, out List<PlanTensor>? forms) && forms.Exists(static t => t.Type == PlanType.Int8)) || _views.GetValueOrDefault(value)?.Source.Type == PlanType.Int8;

    /// <summary>The value as float. Without an <paramref name="order"/> in whatever order it is.</summary>
    public PlanTensor Float(Value value, PlanOrder? order = null)
    {
        PlanTensor? tensor = Form(value, PlanType.Float, order) ?? Form(value, PlanType.Float);
        if (tensor is null && value.Constant is { } constant)
        {
            tensor = PlanTensor.Of(value.Name, PlanType.Float, constant.ToFloats(), constant.Shape);
            Bind(value, tensor);
        }
        if (tensor is null)
        {
            PlanTensor quantized = Form(value, PlanType.Int8, order) ?? Form(value, PlanType.Int8)
                ?? throw new ModelException($"'{value.Name}' holds {value.Type}, which is not computed on the device");
            tensor = new PlanTensor { Name = value.Name, Type = PlanType.Float, Dims = quantized.Dims, Order = quantized.Order };
            plan.Emit(OperatorKind.Dequantize, value.Producer?.Name ?? value.Name, [quantized], tensor);
            Bind(value, tensor);
        }
        return Ordered(value, tensor, order);
    }

    /// <summary>The value as INT8; <see cref="IsQuantized"/> must hold.</summary>
    public PlanTensor Quantized(Value value, PlanOrder? order = null) =>
        Ordered(value, Form(value, PlanType.Int8, order) ?? Form(value, PlanType.Int8)!, order);

    /// <summary>The value in its cheapest form: INT8 where it is there, as operators that only move or select elements want it.</summary>
    public PlanTensor Any(Value value, PlanOrder? order = null) => IsQuantized(value) ? Quantized(value, order) : Float(value, order);

    /// <summary>The value in the form it was computed in.</summary>
    public PlanTensor Stored(Value value) => _forms.TryGetValue(value, out List<PlanTensor>? forms) ? forms[0]
        : _views.TryGetValue(value, out StridedView? view) ? Copied(value, view, OrderOf(value))
        : throw new ModelException($"output '{value.Name}' of type {value.Type} is not computed on the device");

    /// <summary>The order the value is in, or that it is nearer to.</summary>
    public PlanOrder OrderOf(Value value) => _forms.TryGetValue(value, out List<PlanTensor>? forms) ? forms[0].Order
        : _views.GetValueOrDefault(value)?.HasChannelsLast == true ? PlanOrder.ChannelsLast : PlanOrder.Logical;

    /// <summary>A new activation of other dimensions, [N,H,W,C], whose elements are those of a value.</summary>
    public static PlanTensor NewPart(Value value, PlanType type, int[] dims, float scale, int zeroPoint)
    {
        RequireElements(value);
        return new PlanTensor { Name = value.Name, Type = type, Dims = dims, Order = PlanOrder.ChannelsLast, Scale = scale, ZeroPoint = zeroPoint };
    }

    /// <summary>A new activation for <paramref name="value"/>, of the value's dimensions in the given order, recorded as its form.</summary>
    public PlanTensor NewTensor(Value value, PlanType type, PlanOrder order, float scale = 0, int zeroPoint = 0, string? name = null)
    {
        RequireElements(value);
        var tensor = new PlanTensor
        {
            Name = name ?? value.Name,
            Type = type,
            Dims = order == PlanOrder.ChannelsLast ? Layout.ToChannelsLast(value.Dims) : value.Dims,
            Order = order,
            Scale = scale,
            ZeroPoint = zeroPoint,
        };
        Bind(value, tensor);
        return tensor;
    }

    /// <summary>As <see cref="NewTensor"/> with type and quantization of a tensor whose elements are moved or selected.</summary>
    public PlanTensor NewLike(Value value, PlanTensor like, PlanOrder order) => NewTensor(value, like.Type, order, like.Scale, like.ZeroPoint);

    private static void RequireElements(Value value)
    {
        if (value.Dims.Contains(0)) throw new ModelException($"'{value.Name}' is empty: [{string.Join(',', value.Dims)}]; the runtime takes no empty tensors");
    }

    private PlanTensor? Form(Value value, PlanType type, PlanOrder? order = null)
    {
        PlanTensor? form = _forms.TryGetValue(value, out List<PlanTensor>? forms) ? forms.Find(t => t.Type == type && (order is null || t.Order == order)) : null;
        return form is null && _views.TryGetValue(value, out StridedView? view) && view.Source.Type == type ? Copied(value, view, order ?? PlanOrder.Logical) : form;
    }

    private PlanTensor Copied(Value value, StridedView view, PlanOrder order)
    {
        PlanTensor copy = NewLike(value, view.Source, order);
        view.CopyTo(plan, copy, order, Layout.Strides(copy.Dims));
        return copy;
    }

    private PlanTensor Ordered(Value value, PlanTensor tensor, PlanOrder? order)
    {
        if (order is null || tensor.Order == order) return tensor;
        int[] logical = tensor.Order == PlanOrder.Logical ? tensor.Dims : Layout.ToLogical(tensor.Dims);
        int[] dims = order == PlanOrder.ChannelsLast ? Layout.ToChannelsLast(logical) : logical;
        PlanTensor result;
        if (Layout.OrdersCoincide(logical))
        {
            result = tensor.View(dims, order.Value);
        }
        else if (tensor.Constant is not null)
        {
            result = Layout.Permute(tensor, dims, order.Value);
        }
        else
        {
            result = new PlanTensor { Name = tensor.Name, Type = tensor.Type, Dims = dims, Order = order.Value, Scale = tensor.Scale, ZeroPoint = tensor.ZeroPoint };
            int[] permutation = order == PlanOrder.ChannelsLast ? Layout.PermutationToChannelsLast(dims.Length) : Layout.PermutationToLogical(dims.Length);
            Copies.Transpose(plan, value.Name, tensor, result, permutation);
        }
        Bind(value, result);
        return result;
    }
}
