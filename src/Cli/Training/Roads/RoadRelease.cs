using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Scenes;
using EdgeKit.Onnx;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>Makes of a trained graph what is used: the float file, its preprocessing beside it, and the compiled INT8 file, all measured on other scenes.</summary>
internal static class RoadRelease
{
    /// <summary>Scenes that ranges are measured on unless told otherwise.</summary>
    public const int CalibrationScenes = 256;

    // Training does not render these, and evaluation with --seed 65536 only.
    private const ulong CalibrationSeed = 1UL << 48;

    /// <summary>Writes NAME.onnx, NAME.json and NAME.ekm.</summary>
    /// <param name="graph">The trained graph, which carries its preprocessing.</param>
    /// <param name="target">NAME.onnx.</param>
    /// <param name="terminal">For progress.</param>
    /// <param name="scenes">Scenes that ranges are measured on.</param>
    public static void Write(Graph graph, string target, Terminal terminal, int scenes = CalibrationScenes)
    {
        OnnxModel model = OnnxModel.AsLoaded(target, graph);
        QuantizeResult quantized = QuantizeStep.Run(model, ScenePictures.Of(CalibrationSeed, scenes), new QuantizeOptions(), terminal);
        byte[] compiled = EkmModel.CompileBytes([OnnxModel.AsLoaded(target, quantized.Qdq)]);
        OnnxFile.Save(graph, target);
        OutputFile.Write(Path.ChangeExtension(target, ".json"), model.RequirePreprocessing().ToJson() + "\n");
        OutputFile.Write(Compiled(target), compiled);
    }

    /// <summary>The name of the compiled file.</summary>
    public static string Compiled(string target) => Path.ChangeExtension(target, ".ekm");
}
