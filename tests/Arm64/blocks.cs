#:property PublishAot=false
#:project ../../src/Onnx/EdgeKit.Onnx.csproj
using EdgeKit.Onnx;

// Writes KIND-SIZE-INPUTS-OUTPUTS-float.onnx into a folder: blocks to compare, each behind a 1x1 convolution that makes its channels from a picture.
// Run by tests/Arm64/run --claims.
var random = new Random(11);
var graph = new Graph();
foreach ((int size, int inputs, int outputs) in new[] { (56, 64, 128), (28, 128, 256), (14, 256, 256) })
{
    Write("standard", size, inputs, outputs, x => Conv(x, outputs, inputs, 3));
    Write("separable", size, inputs, outputs, x => Conv(Conv(x, inputs, inputs, 3, group: inputs), outputs, inputs, 1));
    Write("strided", size, inputs, outputs, x => Conv(x, outputs, inputs, 3, stride: 2));
    Write("pooled", size, inputs, outputs, x => Op("MaxPool", [Conv(x, outputs, inputs, 3)], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 })));
}

void Write(string kind, int size, int inputs, int outputs, Func<Value, Value> block)
{
    graph = new Graph();
    Value picture = graph.AddInput("x", ElementType.Float, [1, 3, size, size]);
    graph.AddOutput(block(Conv(picture, inputs, 3, 1)));
    ShapeInference.Run(graph);
    OnnxFile.Save(graph, Path.Combine(args[0], $"{kind}-{size}-{inputs}-{outputs}-float.onnx"));
}

Value Op(string type, Value[] inputs, params (string Name, object Value)[] attributes)
{
    Node node = graph.Append(type, inputs);
    foreach ((string name, object value) in attributes) node.Attributes.Set(name, value);
    return node.Output;
}

// Weights that keep the size of activations about the same; with ReLU.
Value Conv(Value input, int outputs, int inputs, int kernel, int stride = 1, int group = 1)
{
    float bound = MathF.Sqrt(6f / (inputs / group * kernel * kernel));
    var weights = new float[outputs * (inputs / group) * kernel * kernel];
    for (int i = 0; i < weights.Length; i++) weights[i] = (random.NextSingle() * 2 - 1) * bound;
    int pad = kernel / 2;
    Value sums = Op("Conv", [input, graph.NewConstant("w", Tensor.Of(weights, outputs, inputs / group, kernel, kernel)), graph.NewConstant("b", Tensor.Of(new float[outputs], outputs))],
        ("group", group), ("strides", new[] { stride, stride }), ("pads", new[] { pad, pad, pad, pad }));
    return Op("Relu", [sums]);
}
