using EdgeKit.Onnx;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training;

/// <summary>
/// A graph in a form that learns: forward for a batch of images, and backward from gradients of its values to gradients of its weights and inputs (reverse
/// mode differentiation). The graph describes one image (batch 1 or dynamic); a batch is that graph for each image with common weights, and with common
/// statistics where batch normalisation takes those of the batch. Dropout does nothing. Not for several threads at a time; it uses several itself.
/// </summary>
public sealed class TrainingNetwork
{
    private readonly Graph _graph;
    private readonly List<Step> _steps;
    private readonly List<Slot> _inputs;
    private readonly List<Slot> _constants;
    private readonly List<Slot> _all;
    private readonly Dictionary<string, Slot> _named;
    private readonly Dictionary<string, Tensor> _statistics;
    private readonly Pass _pass;
    private bool _ready;

    /// <summary>Makes a network from a graph, which stays as it is; weights are copied.</summary>
    /// <exception cref="ModelException">An operator cannot be trained through, or an input size is unknown; the message names the node or the input.</exception>
    public TrainingNetwork(Graph graph, NetworkOptions? options = null)
    {
        options ??= new NetworkOptions();
        _graph = graph.Clone();
        ShapeInference.Run(_graph);
        foreach (Value input in _graph.Inputs)
        {
            if (input.Dims.Length == 0 || input.Dims[0] != 1)
                throw new ModelException($"input '{input.Name}' has shape [{string.Join(',', input.Dims)}]; a network that is trained takes one image, with a first dimension of 1 or dynamic");
        }
        var builder = new NetworkBuilder(_graph, options);
        (_steps, _inputs, _constants, _statistics) = (builder.Steps, builder.Inputs, builder.Constants, builder.Statistics);
        _all = [.. _inputs, .. _constants, .. _steps.SelectMany(static s => s.Outputs)];
        _named = builder.Named.Where(static s => s.Observed).ToDictionary(static s => s.Name, StringComparer.Ordinal);
        Parameters = builder.Parameters;
        Inputs = [.. _inputs.Select(static s => s.Name)];
        Outputs = [.. builder.Outputs.Select(static s => s.Name)];
        _pass = new Pass(new BlockPool(), new Workers(options.Threads)) { Momentum = options.Momentum };
    }

    /// <summary>The weights that learn, in the order in which the graph first reads them.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Running means and variances of batch normalisation by name of the constant: state that a checkpoint must hold beside the parameters. Writable in place.</summary>
    public IReadOnlyDictionary<string, Tensor> Statistics => _statistics;

    /// <summary>Names of the inputs.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>Names of the outputs.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>Shape of an input, output or observed value for one image in ONNX order, its first dimension the batch of 1.</summary>
    public IReadOnlyList<int> ShapeOf(string value) =>
        (_inputs.Find(s => s.Name == value) ?? Observed(value)).Shape;

    /// <summary>Computes the outputs for a batch.</summary>
    /// <param name="inputs">A float tensor for each input, by name, its first dimension N times that of the graph.</param>
    /// <param name="mode">What the pass is for.</param>
    /// <exception cref="ArgumentException">An input is missing or has another shape.</exception>
    public void Forward(IReadOnlyDictionary<string, Tensor> inputs, NetworkMode mode)
    {
        Clear();
        _pass.Mode = mode;
        _pass.Batch = inputs.TryGetValue(_inputs[0].Name, out Tensor? first) && first.Rank > 0 ? first.Shape[0] : 0;
        foreach (Slot slot in _all) slot.Pending = slot.Readers;
        foreach (Slot slot in _inputs)
        {
            if (!inputs.TryGetValue(slot.Name, out Tensor? tensor)) throw new ArgumentException($"input '{slot.Name}' is not given", nameof(inputs));
            Load(slot, tensor, _pass.Create(slot));
        }
        foreach (Slot slot in _constants)
        {
            if (slot.Constant!.Type != ElementType.Float) continue;
            if (slot.Parameter is null && slot.Data is not null) continue;
            ReadOnlySpan<float> values = slot.Parameter is { } parameter ? parameter.Values : slot.Constant.AsSpan<float>();
            values.CopyTo(slot.Data is null ? _pass.Create(slot) : slot.Values);
        }
        foreach (Step step in _steps)
        {
            step.Forward(_pass);
            foreach (Slot? input in step.Inputs)
                if (input is not null && --input.Pending == 0) Release(input);
            foreach (Slot output in step.Outputs)
                if (output.Readers == 0) Release(output);
        }
        _ready = _pass.Keeps;

        void Release(Slot slot)
        {
            if (slot.Constant is not null || slot.Observed || (slot.Saved && _pass.Keeps)) return;
            Drop(slot);
        }
    }

    /// <summary>Computes the outputs of a network with one input for a batch of N images [N, ...].</summary>
    public void Forward(Tensor input, NetworkMode mode) => Forward(new Dictionary<string, Tensor> { [Inputs[0]] = input }, mode);

    /// <summary>A copy of an output or observed value of the last forward pass, in ONNX order with N images along the first dimension.</summary>
    /// <exception cref="ArgumentException">The value is neither an output nor observed.</exception>
    public Tensor Read(string value)
    {
        Slot slot = Observed(value);
        return Unload(slot, slot.Data ?? throw new InvalidOperationException("there was no forward pass"));
    }

    /// <summary>
    /// Adds to <see cref="Parameter.Gradient"/> of every parameter the derivative of the loss, given the derivative by some outputs and observed values.
    /// Follows a forward pass that was not for inference, once.
    /// </summary>
    /// <param name="gradients">The derivative of the loss by each element of a value, by name, in the shape that <see cref="Read"/> gives; values left out have none.</param>
    /// <exception cref="ArgumentException">A value is neither an output nor observed, or a gradient has another shape.</exception>
    /// <exception cref="InvalidOperationException">There was no forward pass that keeps what is needed, or it was used up.</exception>
    public void Backward(IReadOnlyDictionary<string, Tensor> gradients)
    {
        if (!_ready) throw new InvalidOperationException("a backward pass follows a forward pass that is not for inference, once");
        _ready = false;
        foreach ((string name, Tensor tensor) in gradients)
        {
            Slot slot = Observed(name);
            Block block = _pass.Ask(slot);
            Load(slot, tensor, block.Values);
            _pass.Give(slot, block);
        }
        for (int i = _steps.Count - 1; i >= 0; i--)
        {
            Step step = _steps[i];
            if (Array.Exists(step.Outputs, static o => o is { NeedsGradient: true, Gradient: not null })) step.Backward(_pass);
            foreach (Slot output in step.Outputs)
            {
                if (output.Observed) continue;
                DropGradient(output);
                Drop(output);
            }
        }
    }

    /// <summary>The derivative of the loss by an observed value, after a backward pass; zeros where the loss does not depend on it.</summary>
    /// <exception cref="ArgumentException">The value is neither an output nor observed.</exception>
    public Tensor ReadGradient(string value)
    {
        Slot slot = Observed(value);
        return slot.Gradient is { } gradient ? Unload(slot, gradient) : Tensor.Zeros(ElementType.Float, BatchShape(slot));
    }

    /// <summary>Sets the gradients of all parameters to zero.</summary>
    public void ClearGradients()
    {
        foreach (Parameter parameter in Parameters) Array.Clear(parameter.Gradient);
    }

    /// <summary>A copy of the graph, with its shapes inferred, with the weights and statistics that the network has now; batch normalisation stays.</summary>
    public Graph Export()
    {
        Graph copy = _graph.Clone();
        ExportTo(copy);
        return copy;
    }

    /// <summary>Writes the weights and statistics that the network has now into the same network for pictures of any size.</summary>
    /// <param name="graph">The graph whose constants are replaced.</param>
    /// <exception cref="ArgumentException">It is another network: it lacks one of them.</exception>
    public void ExportTo(Graph graph)
    {
        foreach (Parameter parameter in Parameters) Write(parameter.Name, parameter.Value);
        foreach ((string name, Tensor value) in _statistics) Write(name, value);

        void Write(string name, Tensor value)
        {
            if (graph.Find(name) is not { Constant: { } constant } target || !constant.Shape.AsSpan().SequenceEqual(value.Shape))
                throw new ArgumentException($"another network: it has no '{name}' of [{string.Join(',', value.Shape)}]", nameof(graph));
            Graph.SetConstant(target, Tensor.Of(value.ToFloats(), value.Shape));
        }
    }

    private Slot Observed(string value) => _named.TryGetValue(value, out Slot? slot)
        ? slot
        : throw new ArgumentException($"'{value}' is neither an output nor observed; name it in {nameof(NetworkOptions)}.{nameof(NetworkOptions.Observed)}", nameof(value));

    private int[] BatchShape(Slot slot) => [slot.Shape[0] * (slot.PerImage ? _pass.Batch : 1), .. slot.Shape[1..]];

    /// <summary>Copies a tensor in ONNX order into the order of a slot.</summary>
    private void Load(Slot slot, Tensor tensor, Span<float> target)
    {
        if (slot.Shape.Length == 0 || !tensor.Shape.AsSpan().SequenceEqual(BatchShape(slot)) || tensor.Type != ElementType.Float || tensor.Length == 0)
            throw new ArgumentException($"{tensor} does not fit '{slot.Name}', which is [{string.Join(',', BatchShape(slot))}]", nameof(tensor));
        ChannelOrder.ToSlot(slot, tensor.AsSpan<float>(), target);
    }

    private Tensor Unload(Slot slot, Block block)
    {
        float[] values = new float[_pass.Count(slot)];
        ChannelOrder.FromSlot(slot, block.Values[..values.Length], values);
        return Tensor.Of(values, BatchShape(slot));
    }

    private void Clear()
    {
        foreach (Slot slot in _all)
        {
            DropGradient(slot);
            if (slot.Constant is null) Drop(slot);
        }
    }

    private void Drop(Slot slot)
    {
        _pass.Pool.Release(slot.Data);
        slot.Data = null;
    }

    private void DropGradient(Slot slot)
    {
        _pass.Pool.Release(slot.Gradient);
        slot.Gradient = null;
    }
}
