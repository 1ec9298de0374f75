using EdgeKit.Onnx;

namespace EdgeKit.Training.Reverse;

/// <summary>One operator of the network, forward and backward.</summary>
internal abstract class Step(Node node, Slot?[] inputs, Slot[] outputs)
{
    /// <summary>The node in the graph.</summary>
    public Node Node { get; } = node;

    /// <summary>What it reads, null where an optional input is left out.</summary>
    public Slot?[] Inputs { get; } = inputs;

    /// <summary>What it computes.</summary>
    public Slot[] Outputs { get; } = outputs;

    /// <summary>The only output, or the first.</summary>
    public Slot Output => Outputs[0];

    /// <summary>Input <paramref name="index"/>, which is there.</summary>
    public Slot Input(int index) => Inputs[index]!;

    /// <summary>Whether it works on every image or once for all.</summary>
    public int Copies(Pass pass) => Output.PerImage ? pass.Batch : 1;

    /// <summary>Whether the backward step reads input <paramref name="index"/>.</summary>
    public virtual bool SavesInput(int index) => false;

    /// <summary>Whether the backward step reads the output.</summary>
    public virtual bool SavesOutput => false;

    /// <summary>Computes the outputs.</summary>
    public abstract void Forward(Pass pass);

    /// <summary>Computes the gradients of the inputs that need them from those of the outputs. Called when at least one output has a gradient.</summary>
    public abstract void Backward(Pass pass);
}
