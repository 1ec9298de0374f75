using EdgeKit.Onnx;
using EdgeKit.Training.Quantizing;

namespace EdgeKit.Training.Reverse;

/// <summary>Turns a graph with shapes into slots and steps.</summary>
internal sealed class NetworkBuilder
{
    private readonly NetworkOptions _options;
    private readonly HashSet<Value> _observed;
    private readonly Dictionary<Value, Slot> _slots = [];
    private readonly HashSet<Node> _absorbed = [];
    private readonly List<Step> _later = [];

    public NetworkBuilder(Graph graph, NetworkOptions options)
    {
        _options = options;
        _observed = [.. graph.Outputs];
        foreach (string name in options.Observed) _observed.Add(graph.Find(name) ?? throw new ModelException($"there is no value '{name}' to observe in {graph.Name}"));
        foreach (Value input in graph.Inputs)
        {
            if (input.Type != ElementType.Float) throw new ModelException($"input '{input.Name}' has type {input.Type}; a network is trained on floats");
            Slot slot = Create(input, perImage: true);
            slot.NeedsGradient = options.Observed.Contains(input.Name);
            Inputs.Add(slot);
        }
        foreach (Node node in graph.Nodes)
        {
            if (_absorbed.Contains(node)) continue;
            Add(OperatorRegistry.Build(new StepBuilder(this, node)));
            foreach (Step step in _later) Add(step);
            _later.Clear();
        }
        Outputs = [.. graph.Outputs.Select(SlotOf)];
        foreach (Step step in Steps.Where(static s => s.Outputs.Any(static o => o.NeedsGradient)))
        {
            for (int i = 0; i < step.Inputs.Length; i++)
                if (step.Inputs[i] is { } slot) slot.Saved |= step.SavesInput(i);
            foreach (Slot output in step.Outputs) output.Saved |= step.SavesOutput;
        }
    }

    /// <summary>Steps in order.</summary>
    public List<Step> Steps { get; } = [];

    /// <summary>The graph's inputs.</summary>
    public List<Slot> Inputs { get; } = [];

    /// <summary>The graph's outputs.</summary>
    public List<Slot> Outputs { get; }

    /// <summary>Weights that learn.</summary>
    public List<Parameter> Parameters { get; } = [];

    /// <summary>Running statistics by name.</summary>
    public Dictionary<string, Tensor> Statistics { get; } = [];

    /// <summary>Constants that steps read, parameters among them.</summary>
    public List<Slot> Constants { get; } = [];

    /// <summary>All slots that can be read by name.</summary>
    public IEnumerable<Slot> Named => _slots.Values;

    private readonly Dictionary<string, float[]> _statistics = [];

    /// <summary>Whether the caller may read the value.</summary>
    public bool IsObserved(Value value) => _observed.Contains(value);

    /// <summary>Leaves out a node that another step computes.</summary>
    public void Absorb(Node node) => _absorbed.Add(node);

    /// <summary>The slot of a value that is known by now.</summary>
    public Slot SlotOf(Value value)
    {
        if (_slots.TryGetValue(value, out Slot? slot)) return slot;
        Tensor constant = value.Constant ?? throw new ModelException($"value '{value.Name}' is computed by no node before it is read");
        slot = Create(value, perImage: false);
        slot.Constant = constant;
        Constants.Add(slot);
        if (constant.Type == ElementType.Float && IsTrainable(value))
        {
            slot.Parameter = new Parameter(value.Name, constant.ToFloats(), constant.Shape);
            slot.NeedsGradient = true;
            Parameters.Add(slot.Parameter);
        }
        return slot;
    }

    /// <summary>A slot for a value.</summary>
    public Slot Create(Value value, bool perImage) => _slots[value] = new Slot(value.Name, value.Dims, perImage) { Observed = _observed.Contains(value) };

    /// <summary>A step behind those that there are.</summary>
    public void Add(Step step)
    {
        Steps.Add(step);
        bool needed = step.Inputs.Any(static s => s is { NeedsGradient: true });
        foreach (Slot output in step.Outputs) output.NeedsGradient |= needed || output.Observed;
        foreach (Slot? input in step.Inputs)
            if (input is not null) input.Readers++;
    }

    /// <summary>A step behind the one that is being made.</summary>
    public void AddLater(Step step) => _later.Add(step);

    /// <summary>A copy of a constant that training moves; the same for every node that reads it.</summary>
    public float[] Statistic(Node node, Value value)
    {
        if (_statistics.TryGetValue(value.Name, out float[]? values)) return values;
        values = (value.Constant ?? throw ModelException.At(node, $"its statistic '{value.Name}' is computed, which cannot be trained through")).ToFloats();
        _statistics[value.Name] = values;
        Statistics[value.Name] = Tensor.Of(values, value.Dims);
        return values;
    }

    /// <summary>Whether an operator reads the constant as a weight, and nobody froze it.</summary>
    private bool IsTrainable(Value value) => !(_options.Frozen?.Invoke(value.Name) ?? false) && value.Consumers.Any(node => IsWeight(node, value));

    private static bool IsWeight(Node node, Value value) => node.OpType switch
    {
        "Conv" or "ConvTranspose" or "Gemm" or "BatchNormalization" => ReferenceEquals(node.Optional(1), value) || ReferenceEquals(node.Optional(2), value),
        "PRelu" or FakeQuantization.Operator => ReferenceEquals(node.Optional(1), value),
        "MatMul" => true,
        // The bias of an exported fully connected layer.
        "Add" => node.Inputs.Any(static v => v?.Producer is { OpType: "MatMul" }),
        _ => false,
    };
}
