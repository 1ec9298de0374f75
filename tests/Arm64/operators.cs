#:property PublishAot=false
#:project ../../src/Onnx/EdgeKit.Onnx.csproj
using EdgeKit.Onnx;

// Writes a small network that holds what the networks of the zoo do not: dilated, grouped and transposed convolutions, wide depthwise ones, channels that fill no
// vector, resizing, views, gates, softmax, matrices. Run by tests/Arm64/run.
var random = new Random(7);
var graph = new Graph();
Value x = graph.AddInput("x", ElementType.Float, [1, 3, 48, 48]);
Value stem = Op("Clip", [Conv(x, 24, 3, 3, stride: 2), Scalar(0), Scalar(6)]);
Value expanded = Op("HardSwish", [Conv(Op("Relu", [Conv(stem, 24, 24, 3, group: 24)]), 40, 24, 1)]);
Value wide = Conv(expanded, 40, 40, 5, stride: 2, group: 40);
Value gate = Op("HardSigmoid", [Conv(Op("Relu", [Conv(Op("GlobalAveragePool", [wide]), 10, 40, 1)]), 40, 10, 1)]);
Value sum = Op("Add", [Conv(Op("Mul", [wide, gate]), 40, 40, 3, group: 4), wide]);
Value dilated = Op("LeakyRelu", [Conv(sum, 33, 40, 3, dilation: 2)], ("alpha", 0.1f));
Node split = graph.Append("Split", [dilated, graph.NewConstant("sizes", Tensor.Vector([16L, 17L]))], 2);
split.Attributes.Set("axis", 1);
Value pooled = Op("Concat", [Pool("MaxPool", split.Outputs[0]), Pool("AveragePool", split.Outputs[1])], ("axis", 1));
Value deep = Op("Sigmoid", [Conv(Conv(pooled, 33, 33, 7, group: 33), 33, 33, 3, group: 33, dilation: 2)]);
Value raised = Op("Relu", [Op("ConvTranspose", [deep, Constant(33, 20, 2, 2), Constant(20)], ("strides", new[] { 2, 2 }))]);
Value joined = Op("Concat", [raised, Resize(pooled, "linear"), stem], ("axis", 1));
Value map = Conv(Resize(joined, "nearest"), 19, 77, 1);
Value logits = Op("Gemm", [Op("Flatten", [Op("GlobalMaxPool", [joined])]), Constant(77, 40), Constant(40)]);
graph.AddOutput(map);
graph.AddOutput(Op("Softmax", [logits], ("axis", 1)));
graph.AddOutput(Op("ReduceMean", [Op("Tanh", [map])], ("axes", new[] { 3 }), ("keepdims", 0)));
ShapeInference.Run(graph);
OnnxFile.Save(graph, args[0]);

Value Op(string type, Value?[] inputs, params (string Name, object Value)[] attributes)
{
    Node node = graph.Append(type, inputs);
    foreach ((string name, object value) in attributes) node.Attributes.Set(name, value);
    return node.Output;
}

Value Scalar(float value) => graph.NewConstant("s", Tensor.Scalar(value));

// Weights that keep the size of activations about the same.
Value Constant(params int[] shape)
{
    float bound = shape.Length == 1 ? 0.2f : MathF.Sqrt(3f / shape[1..].Aggregate(1, static (a, b) => a * b));
    var values = new float[shape.Aggregate(1, static (a, b) => a * b)];
    for (int i = 0; i < values.Length; i++) values[i] = (random.NextSingle() * 2 - 1) * bound;
    return graph.NewConstant("w", Tensor.Of(values, shape));
}

Value Conv(Value input, int outputs, int inputs, int kernel, int stride = 1, int group = 1, int dilation = 1)
{
    int pad = kernel / 2 * dilation;
    return Op("Conv", [input, Constant(outputs, inputs / group, kernel, kernel), Constant(outputs)], ("group", group), ("strides", new[] { stride, stride }),
        ("dilations", new[] { dilation, dilation }), ("pads", new[] { pad, pad, pad, pad }));
}

Value Pool(string type, Value input) => Op(type, [input], ("kernel_shape", new[] { 3, 3 }), ("pads", new[] { 1, 1, 1, 1 }));

Value Resize(Value input, string mode) => Op("Resize", [input, null, graph.NewConstant("scales", Tensor.Of([1f, 1f, 2f, 2f], 4))], ("mode", mode));
