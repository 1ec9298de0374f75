// Quantizes a float ONNX model on rendered road scenes, compiles it and runs it: QuantizeFromCode model.onnx model.ekm
using EdgeKit.Compiler;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Scenes;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

Graph graph = ModelLoader.Load(args[0]);
Preprocessing preprocessing = Preprocessing.Load(Path.ChangeExtension(args[0], ".json"));
Tensor Picture(int seed)
{
    float[] input = new float[3 * preprocessing.Height * preprocessing.Width];
    Preprocess.ToFloatNchw(SceneRenderer.Render((ulong)seed, 640, 360).Frame, preprocessing, input);
    return Tensor.Of(input, 1, 3, preprocessing.Height, preprocessing.Width);
}

QuantizeResult result = Quantizer.Quantize(graph, Enumerable.Range(0, 32).Select(Picture));
byte[] plan = PlanCompiler.Compile(result.Qdq);
File.WriteAllBytes(args[1], plan);

using Session session = Session.Load(PlanFile.Parse(plan, args[1]));
session.SetInput(0, Picture(1000).AsSpan<float>());
session.Run();
Console.WriteLine($"{args[1]}: {plan.Length / 1000} kB, {session.OperatorCount} operators, INT8: {session.IsInt8}; {session.GetOutput(0).Length} outputs");
