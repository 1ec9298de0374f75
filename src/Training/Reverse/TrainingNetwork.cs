using EdgeKit.Onnx;

namespace EdgeKit.Training;

/// <summary>
/// A graph in a form that learns: forward for a batch of images, and backward from gradients of its values to gradients of its weights and inputs (reverse
/// mode differentiation). The graph describes one image (batch 1 or dynamic); a batch is that graph for each image with common weights, and with common
/// statistics where batch normalisation takes those of the batch.
/// </summary>
public sealed class TrainingNetwork
{
    /// <summary>Makes a network from a graph, which stays as it is; weights are copied.</summary>
    /// <exception cref="ModelException">An operator cannot be trained through, or an input size is unknown; the message names the node or the input.</exception>
    public TrainingNetwork(Graph graph, NetworkOptions? options = null) => throw new NotImplementedException();

    /// <summary>The weights that learn, in the order in which the graph first reads them.</summary>
    public IReadOnlyList<Parameter> Parameters { get; } = [];

    /// <summary>Running means and variances of batch normalisation by name of the constant: state that a checkpoint must hold beside the parameters. Writable in place.</summary>
    public IReadOnlyDictionary<string, Tensor> Statistics { get; } = new Dictionary<string, Tensor>();

    /// <summary>Names of the inputs.</summary>
    public IReadOnlyList<string> Inputs { get; } = [];

    /// <summary>Names of the outputs.</summary>
    public IReadOnlyList<string> Outputs { get; } = [];

    /// <summary>Shape of a value for one image in ONNX order, its first dimension the batch of 1.</summary>
    public IReadOnlyList<int> ShapeOf(string value) => throw new NotImplementedException();

    /// <summary>Computes the outputs for a batch.</summary>
    /// <param name="inputs">A float tensor for each input, by name, its first dimension N times that of the graph.</param>
    /// <param name="mode">What the pass is for.</param>
    public void Forward(IReadOnlyDictionary<string, Tensor> inputs, NetworkMode mode) => throw new NotImplementedException();

    /// <summary>Computes the outputs of a network with one input for a batch of N images [N, ...].</summary>
    public void Forward(Tensor input, NetworkMode mode) => throw new NotImplementedException();

    /// <summary>A copy of an output or observed value of the last forward pass, in ONNX order with N images along the first dimension.</summary>
    public Tensor Read(string value) => throw new NotImplementedException();

    /// <summary>
    /// Adds to <see cref="Parameter.Gradient"/> of every parameter the derivative of the loss, given the derivative by some outputs and observed values.
    /// Follows a forward pass that was not for inference, once.
    /// </summary>
    /// <param name="gradients">The derivative of the loss by each element of a value, by name, in the shape that <see cref="Read"/> gives; values left out have none.</param>
    public void Backward(IReadOnlyDictionary<string, Tensor> gradients) => throw new NotImplementedException();

    /// <summary>The derivative of the loss by an observed value, after a backward pass; zeros where the loss does not depend on it.</summary>
    public Tensor ReadGradient(string value) => throw new NotImplementedException();

    /// <summary>Sets the gradients of all parameters to zero.</summary>
    public void ClearGradients() => throw new NotImplementedException();

    /// <summary>A copy of the graph as it was given with the weights and statistics that the network has now; batch normalisation stays.</summary>
    public Graph Export() => throw new NotImplementedException();
}
