using System.Globalization;
using System.Text.Json;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Arm64.Tool;

/// <summary>The results as JSON or as tables of 80 columns.</summary>
internal static class Report
{
    /// <summary>Writes the results and how many are as they must be.</summary>
    public static void Write(Results results, bool json, bool perLayer)
    {
        if (json) WriteJson(results, perLayer);
        else WriteTables(results, perLayer);
        foreach (string failure in results.Failures) (json ? Console.Error : Console.Out).WriteLine($"FAILED: {failure}");
        (json ? Console.Error : Console.Out).WriteLine($"{results.Passed} passed, {results.Failures.Count} failed");
    }

    private static void WriteJson(Results results, bool perLayer)
    {
        using var writer = new Utf8JsonWriter(Console.OpenStandardOutput(), new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteNumber("version", 1);
        writer.WriteStartArray("results");
        foreach (ModelResult result in results.Models)
        {
            writer.WriteStartObject();
            writer.WriteString("model", result.Model.Name);
            writer.WriteString("cpu", result.Cpu);
            writer.WriteBoolean("dotprod", result.Run.Dotprod);
            writer.WriteNumber("instructions", result.Run.Instructions);
            writer.WriteBoolean("bit_exact", result.BitExact);
            writer.WriteNumber("distinct_outputs", result.Distinct);
            writer.WriteStartObject("by_operator");
            foreach ((string kind, long instructions) in result.ByOperator()) writer.WriteNumber(kind, instructions);
            writer.WriteEndObject();
            if (perLayer) WriteLayers(writer, result);
            if (result.Problem.Length > 0) writer.WriteString("problem", result.Problem);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("kernels");
        foreach (KernelResult kernel in results.Kernels)
        {
            writer.WriteStartObject();
            writer.WriteString("name", kernel.Name);
            writer.WriteString("cpu", kernel.Cpu);
            writer.WriteBoolean("dotprod", kernel.Dotprod);
            writer.WriteNumber("cases", kernel.Cases);
            writer.WriteBoolean("equal", kernel.Problem.Length == 0);
            if (kernel.Problem.Length > 0) writer.WriteString("problem", kernel.Problem);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("cameras");
        foreach (CameraResult camera in results.Cameras)
        {
            writer.WriteStartObject();
            writer.WriteString("model", camera.Model);
            writer.WriteString("cpu", camera.Cpu);
            writer.WriteString("camera", $"{camera.Width}x{camera.Height} YUYV");
            writer.WriteNumber("pixel_instructions", camera.Pixels);
            writer.WriteNumber("instructions", camera.Pixels + camera.Inference);
            writer.WriteNumber("estimated_frames_per_second", Math.Round(camera.Estimate.FramesPerSecond, 1));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("peers");
        foreach (PeerResult peer in results.Peers)
        {
            writer.WriteStartObject();
            writer.WriteString("name", peer.Name);
            writer.WriteString("model", peer.Model);
            writer.WriteString("cpu", peer.Cpu);
            writer.WriteString("precision", peer.Precision);
            writer.WriteNumber("instructions", peer.Instructions);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        Console.WriteLine();
    }

    private static void WriteLayers(Utf8JsonWriter writer, ModelResult result)
    {
        writer.WriteStartArray("by_layer");
        for (int i = 0; i < result.Model.Operators.Length; i++)
        {
            var op = result.Model.Operators[i];
            writer.WriteStartObject();
            writer.WriteString("kind", OperatorNames.Kind(result.Model, op));
            writer.WriteString("kernel", OperatorNames.Kernel(result.Run.KernelOf(i)));
            writer.WriteString("type", result.Model.Input(op, 0).Type.ToString());
            WriteDims("input", result.Model.Input(op, 0));
            WriteDims("output", result.Model.Output(op, 0));
            OperatorNames.Window window = OperatorNames.WindowOf(op);
            writer.WriteNumber("kernel_height", window.Height);
            writer.WriteNumber("kernel_width", window.Width);
            writer.WriteNumber("stride", window.Stride);
            writer.WriteNumber("groups", window.Groups);
            writer.WriteNumber("instructions", result.Run.InstructionsOf(i));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();

        void WriteDims(string name, TensorRecord tensor)
        {
            writer.WriteStartArray(name);
            foreach (int d in OperatorNames.DimsOf(tensor)) writer.WriteNumberValue(d);
            writer.WriteEndArray();
        }
    }

    private static void WriteTables(Results results, bool perLayer)
    {
        foreach (var core in results.Kernels.GroupBy(static k => (k.Cpu, k.Dotprod)))
        {
            Console.WriteLine($"kernels on {core.Key.Cpu} {(core.Key.Dotprod ? "with" : "without")} dotprod: {core.Count(static k => k.Problem.Length == 0)} of {core.Count()} equal the reference, {core.Sum(static k => k.Cases)} cases");
        }
        if (results.Models.Count > 0) WriteModels(results.Models, perLayer);
        foreach (CameraResult c in results.Cameras)
        {
            (double clock, double perCycle, double frames) = c.Estimate;
            Console.WriteLine($"{c.Width}x{c.Height} YUYV to {c.InputWidth}x{c.InputHeight} INT8 on {c.Cpu}: {Millions(c.Pixels)}; with {c.Model}: {Millions(c.Pixels + c.Inference)}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  estimate: {frames:0} frames a second at {clock} GHz and {perCycle} instructions a cycle, half of what it can begin"));
        }
        if (results.Peers.Count > 0) Console.WriteLine($"{"peer, model",-34} {"cpu",-10} {"type",-7} {"instructions",13}");
        foreach (PeerResult p in results.Peers) Console.WriteLine($"{Cut(p.Name + ", " + p.Model, 34),-34} {p.Cpu,-10} {p.Precision,-7} {Millions(p.Instructions),13}");
    }

    private static void WriteModels(List<ModelResult> results, bool perLayer)
    {
        Console.WriteLine($"{"model",-34} {"cpu",-10} {"dotprod",-7} {"instructions",13}  bit-exact");
        foreach (ModelResult r in results)
        {
            Console.WriteLine($"{Cut(r.Model.Name, 34),-34} {r.Cpu,-10} {(r.Run.Dotprod ? "yes" : "no"),-7} {Millions(r.Run.Instructions),13}  {(r.BitExact ? "yes" : "NO")}");
            foreach ((string kind, long instructions) in r.ByOperator())
                Console.WriteLine($"  {kind,-51} {Millions(instructions),13}  {Percent(instructions, r.Run.Instructions)}");
            if (perLayer) WriteLayers(r);
        }
    }

    private static void WriteLayers(ModelResult r)
    {
        for (int i = 0; i < r.Model.Operators.Length; i++)
        {
            var op = r.Model.Operators[i];
            Console.WriteLine($"  {i,4} {OperatorNames.Kind(r.Model, op),-15} {Cut(OperatorNames.Shape(r.Model, op), 38),-38} {Thousands(r.Run.InstructionsOf(i)),9}  {OperatorNames.Kernel(r.Run.KernelOf(i))}");
        }
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";

    private static string Millions(long count) => (count / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " M";

    private static string Thousands(long count) => (count / 1e3).ToString("0", CultureInfo.InvariantCulture) + " k";

    private static string Percent(long part, long whole) => whole == 0 ? "" : (100.0 * part / whole).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
