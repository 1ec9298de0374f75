using System.Globalization;
using System.Text.Json;

namespace EdgeKit.Arm64.Tool;

/// <summary>The results as JSON or as a table of 80 columns.</summary>
internal static class Report
{
    /// <summary>Compares and writes; returns the exit code.</summary>
    /// <param name="args">For each run: model, cpu, "dotprod" or "plain", prefix of its files.</param>
    /// <param name="json">Whether as JSON.</param>
    /// <param name="perLayer">Whether the table lists every operator.</param>
    public static int Write(ReadOnlySpan<string> args, bool json, bool perLayer)
    {
        var results = new List<ModelResult>();
        Model? model = null;
        for (; args.Length >= 4; args = args[4..])
        {
            if (model?.Path != args[0]) model = new Model(args[0]);
            results.Add(ModelResult.Of(model, args[1], args[2] == "dotprod", new RigRun(args[3])));
        }
        if (json) WriteJson(results);
        else WriteTable(results, perLayer);
        int failed = results.Count(static r => !r.Passed);
        (json ? Console.Error : Console.Out).WriteLine($"{results.Count - failed} passed, {failed} failed");
        return failed > 0 ? 1 : 0;
    }

    private static void WriteJson(List<ModelResult> results)
    {
        using var writer = new Utf8JsonWriter(Console.OpenStandardOutput(), new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteNumber("version", 1);
        writer.WriteStartArray("results");
        foreach (ModelResult result in results)
        {
            writer.WriteStartObject();
            writer.WriteString("model", result.Model.Name);
            writer.WriteString("cpu", result.Cpu);
            writer.WriteBoolean("dotprod", result.Dotprod);
            writer.WriteNumber("instructions", result.Run.Instructions);
            writer.WriteBoolean("bit_exact", result.BitExact);
            writer.WriteStartObject("by_operator");
            foreach ((string kind, long instructions) in result.ByOperator()) writer.WriteNumber(kind, instructions);
            writer.WriteEndObject();
            if (result.Problem.Length > 0) writer.WriteString("problem", result.Problem);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("peers");
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        Console.WriteLine();
    }

    private static void WriteTable(List<ModelResult> results, bool perLayer)
    {
        Console.WriteLine($"{"model",-34} {"cpu",-10} {"dotprod",-7} {"instructions",13}  bit-exact");
        foreach (ModelResult r in results)
        {
            Console.WriteLine($"{Cut(r.Model.Name, 34),-34} {r.Cpu,-10} {(r.Dotprod ? "yes" : "no"),-7} {Millions(r.Run.Instructions),13}  {(r.BitExact ? "yes" : "NO")}");
            if (r.Problem.Length > 0) Console.WriteLine($"  {r.Problem}");
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
