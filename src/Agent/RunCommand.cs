using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EdgeKit.Imaging;
using EdgeKit.Runtime.Execution;

namespace EdgeKit.Agent;

/// <summary><c>edgekit-agent run</c>: the best classes of pictures; of models that are not classifiers, what the outputs hold.</summary>
internal static class RunCommand
{
    private const int DefaultTop = 5;

    public static void Run(ReadOnlySpan<string> args, TextWriter output, CancellationToken cancel)
    {
        var arguments = new Arguments(args, ["--json"], ["--top", "--threads", "--cores", "--config"]);
        if (arguments.Rest.Count < 2) throw new UsageException("run takes a model and pictures: edgekit-agent run MODEL.ekm IMAGE...");
        int top = arguments.Number("--top", 1, 1000) ?? DefaultTop;
        using AgentModel model = AgentModel.Load(arguments.Rest[0], arguments.Threads(), arguments.Text("--config"));
        var results = new List<Result>();
        foreach (string path in arguments.Rest.Skip(1))
        {
            cancel.ThrowIfCancellationRequested();
            Result result = Infer(model, path, top);
            if (arguments.Has("--json")) results.Add(result);
            else result.WriteText(output);
        }
        if (arguments.Has("--json")) output.WriteLine(JsonText.Of(json => WriteJson(json, arguments.Rest[0], results)));
    }

    private static Result Infer(AgentModel model, string path, int top)
    {
        long start = Stopwatch.GetTimestamp();
        Frame picture = ImageFile.Load(path);
        long decoded = Stopwatch.GetTimestamp();
        model.Feed(picture);
        long prepared = Stopwatch.GetTimestamp();
        model.Session.Run();
        long done = Stopwatch.GetTimestamp();
        return new Result(path, Milliseconds(start, decoded), Milliseconds(decoded, prepared), Milliseconds(prepared, done),
            [.. Enumerable.Range(0, model.Session.Outputs.Count).Select(i => OutputOf(model, i, top))]);
    }

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    private static Output OutputOf(AgentModel model, int index, int top)
    {
        TensorInfo tensor = model.Session.Tensors[model.Session.Outputs[index]];
        float[] values = model.Session.GetOutput(index);
        Score[]? best = null;
        if (model.IsClassifier(index))
        {
            best = [.. values.Select(static (value, i) => (value, i)).OrderByDescending(static s => s.value).Take(top)
                .Select(s => new Score(s.i - model.LabelOffset, s.i < model.Labels.Count ? model.Labels[s.i] : null, s.value))];
        }
        return new Output(tensor.Name, tensor.LogicalDims, values.Min(), values.Max(), values.Average(), best);
    }

    private static void WriteJson(Utf8JsonWriter json, string model, List<Result> results)
    {
        json.WriteString("model", model);
        json.WriteStartArray("images");
        foreach (Result result in results) result.WriteJson(json);
        json.WriteEndArray();
    }

    /// <summary>A class and its score: the model's output as it is.</summary>
    private sealed record Score(int Class, string? Label, float Value);

    /// <summary>An output; <paramref name="Best"/> only of classifiers.</summary>
    private sealed record Output(string Name, int[] Shape, float Min, float Max, float Mean, Score[]? Best);

    private sealed record Result(string Image, double DecodeMs, double PrepareMs, double InferMs, Output[] Outputs)
    {
        public void WriteText(TextWriter text)
        {
            text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Image}  (decode {DecodeMs:F1} ms, prepare {PrepareMs:F1} ms, infer {InferMs:F1} ms)"));
            foreach (Output o in Outputs)
            {
                if (o.Best is null)
                    text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {o.Name} [{string.Join(',', o.Shape)}]  min {o.Min:G6}  max {o.Max:G6}  mean {o.Mean:G6}"));
                foreach (Score s in o.Best ?? [])
                    text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {s.Value,10:F4}  {s.Class,5}  {s.Label}").TrimEnd());
            }
        }

        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("image", Image);
            json.WriteMilliseconds("decode_ms", DecodeMs);
            json.WriteMilliseconds("prepare_ms", PrepareMs);
            json.WriteMilliseconds("infer_ms", InferMs);
            json.WriteStartArray("outputs");
            foreach (Output o in Outputs)
            {
                json.WriteStartObject();
                json.WriteString("name", o.Name);
                json.WriteList("shape", o.Shape);
                json.WriteFinite("min", o.Min);
                json.WriteFinite("max", o.Max);
                json.WriteFinite("mean", o.Mean);
                if (o.Best is not null) WriteBest(json, o.Best);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }

        private static void WriteBest(Utf8JsonWriter json, Score[] best)
        {
            json.WriteStartArray("top");
            foreach (Score s in best)
            {
                json.WriteStartObject();
                json.WriteNumber("class", s.Class);
                if (s.Label is not null) json.WriteString("label", s.Label);
                json.WriteFinite("score", s.Value);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
    }
}
