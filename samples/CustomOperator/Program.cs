// An operator that EdgeKit does not know, brought in by the operators that it is made of: CustomOperator model.onnx model.ekm
using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

const string Domain = "com.example", OpType = "ScaledSwish";

// Stands for what an exporter would have written: y = ScaledSwish(Conv(x)), with the attribute beta.
var exported = new Graph { Name = "custom" };
Value x = exported.AddInput("x", ElementType.Float, [1, 3, 16, 16]);
float[] numbers = [.. Enumerable.Range(0, 8 * 3 * 3 * 3).Select(i => MathF.Sin(i) / 4)];
Node conv = exported.Append("Conv", [x, exported.NewConstant("w", Tensor.Of(numbers, 8, 3, 3, 3))]);
Node swish = exported.Append(OpType, [conv.Output], domain: Domain);
swish.Attributes.Set("beta", 1.5f);
exported.AddOutput(swish.Output);
OnnxFile.Save(exported, args[0]);

// Reading keeps nodes of other domains. They are replaced before shapes are inferred, which is where an unknown one would be refused.
Graph graph = OnnxFile.Load(args[0]);
foreach (Node node in graph.Nodes.Where(n => n.Domain == Domain && n.OpType == OpType).ToArray()) Expand(node);
ShapeInference.Run(graph);
Declutter.Run(graph);
ShapeInference.Run(graph);

// From here on it is a model like any other: quantized, compiled, run.
Tensor Input(int seed) => Tensor.Of(Enumerable.Range(0, 3 * 16 * 16).Select(i => MathF.Cos(i * seed)).ToArray(), 1, 3, 16, 16);
byte[] plan = PlanCompiler.Compile(Quantizer.Quantize(graph, Enumerable.Range(1, 16).Select(Input)).Qdq);
File.WriteAllBytes(args[1], plan);
using Session session = Session.Load(PlanFile.Parse(plan, args[1]));
session.SetInput(0, Input(17).AsSpan<float>());
session.Run();

float[] expected = ReferenceExecutor.Run(graph, new Dictionary<string, Tensor> { ["x"] = Input(17) }).Values.First().ToFloats();
float error = session.GetOutput(0).Zip(expected, (a, b) => MathF.Abs(a - b)).Max();
Console.WriteLine($"{args[1]}: {session.OperatorCount} operators, INT8: {session.IsInt8}; within {error / expected.Max(MathF.Abs):P1} of float");

// ScaledSwish(x) = x * sigmoid(beta * x). Replacing keeps the node's name and output, so that nothing behind it changes.
static void Expand(Node node)
{
    Graph graph = node.Graph;
    Value beta = graph.NewConstant($"{node.Name}_beta", Tensor.Scalar(node.Attributes.Float("beta", 1)));
    Value scaled = graph.InsertBefore(node, "Mul", [node.Input(0), beta]).Output;
    Value gate = graph.InsertBefore(node, "Sigmoid", [scaled]).Output;
    graph.Replace(node, "Mul", [node.Input(0), gate]);
}
