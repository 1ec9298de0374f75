using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Models;
using EdgeKit.Onnx;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Benchmarking;

/// <summary>One model in float and in INT8, on EdgeKit and on ONNX Runtime, in one interleaved run.</summary>
internal static class PeerBenchmark
{
    /// <summary>Measures.</summary>
    /// <param name="floatPath">The float ONNX file.</param>
    /// <param name="quantizedPath">The same model in QDQ form; null to quantize it here on noise, which is as good for latency.</param>
    /// <param name="request">How it is run.</param>
    /// <param name="length">How long to measure.</param>
    /// <param name="terminal">For progress and Ctrl-C.</param>
    public static PeerReport Run(string floatPath, string? quantizedPath, RunRequest request, BenchLength length, Terminal terminal)
    {
        string? folder = quantizedPath is null ? Directory.CreateTempSubdirectory("edgekit-bench-").FullName : null;
        try
        {
            string int8 = quantizedPath ?? Quantize(floatPath, Path.Combine(folder!, Path.ChangeExtension(Path.GetFileName(floatPath), ".int8.onnx")), request, terminal);
            string[] files = [floatPath, int8];
            var loads = new List<Func<(RunnableModel, RunRequest)>>();
            foreach (string backend in RunnableModel.Backends)
            {
                foreach (string file in files) loads.Add(() => (RunnableModel.Load(file, backend, request), request));
            }
            BenchReport report = Benchmark.Run(loads, length, terminal, request.Cores);
            if (report.Results is not [{ Precision: "fp32" }, { Precision: "int8" }, { Precision: "fp32" }, { Precision: "int8" }])
                throw CliException.Usage("--peer takes a float model, and after it the same model quantized");
            return new PeerReport { Environment = report.Environment, Results = report.Results };
        }
        finally
        {
            if (folder is not null) Directory.Delete(folder, recursive: true);
        }
    }

    private static string Quantize(string path, string target, RunRequest request, Terminal terminal)
    {
        OnnxModel model = OnnxModel.Load(path, request.Config, request.Shapes);
        var settings = new QuantizeOptions { Method = CalibrationMethod.MinMax, Without = new HashSet<string> { "rounding", "bias-correction" } };
        OnnxFile.Save(QuantizeStep.Run(model, PictureReader.Open([PictureReader.Random], model.RequirePreprocessing(), terminal), settings, terminal).Qdq, target);
        return target;
    }
}
