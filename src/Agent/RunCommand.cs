using System.Diagnostics;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Runtime.Execution;

namespace EdgeKit.Agent;

/// <summary><c>edgekit-agent run</c>: the best classes of pictures; objects, lanes and masks where the model has a decoder; of other models, what the outputs hold.</summary>
internal static class RunCommand
{
    private const int DefaultTop = 5;

    public static void Run(ReadOnlySpan<string> args, TextWriter output, CancellationToken cancel)
    {
        var arguments = new Arguments(args, ["--json"], ["--top", "--threads", "--cores", "--config", "--draw"]);
        if (arguments.Rest.Count < 2) throw new UsageException("run takes a model and pictures: edgekit-agent run MODEL.ekm IMAGE...");
        int top = arguments.Number("--top", 1, 1000) ?? DefaultTop;
        using AgentModel model = AgentModel.Load(arguments.Rest[0], arguments.Threads(), arguments.Text("--config"));
        string[] pictures = [.. arguments.Rest.Skip(1)];
        Drawings? drawings = arguments.Text("--draw") is { } target ? Drawings.Into(target, pictures.Length, model) : null;
        if (arguments.Has("--json"))
        {
            output.WriteLine(JsonText.Of(json =>
            {
                json.WriteString("model", arguments.Rest[0]);
                json.WriteStartArray("images");
                foreach (string path in pictures) Infer(model, path, top, drawings, cancel).WriteJson(json);
                json.WriteEndArray();
            }));
            return;
        }
        foreach (string path in pictures) Infer(model, path, top, drawings, cancel).WriteText(output);
    }

    private static RunResult Infer(AgentModel model, string path, int top, Drawings? drawings, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        long start = Stopwatch.GetTimestamp();
        Frame picture = ImageFile.Load(path);
        long decoded = Stopwatch.GetTimestamp();
        ImageMapping mapping = model.Feed(picture.Raw);
        long prepared = Stopwatch.GetTimestamp();
        model.Session.Run();
        long done = Stopwatch.GetTimestamp();
        Findings? findings = model.Find(picture.Width, picture.Height, mapping);
        long found = Stopwatch.GetTimestamp();
        double inference = Milliseconds(prepared, done);
        if (findings is not null) drawings?.Add(path, picture, findings, model, inference);
        return new RunResult(path, Milliseconds(start, decoded), Milliseconds(decoded, prepared), inference, Milliseconds(done, found),
            [.. Enumerable.Range(0, model.Session.Outputs.Count).Select(i => OutputOf(model, i, top))], findings, model.Decoder);
    }

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    private static RunOutput OutputOf(AgentModel model, int index, int top)
    {
        TensorInfo tensor = model.Session.Tensors[model.Session.Outputs[index]];
        float[] values = model.Session.GetOutput(index);
        RunScore[]? best = null;
        if (model.IsClassifier(index))
        {
            best = Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).Take(top)
                .Select(i => new RunScore(i - model.LabelOffset, i < model.Labels.Count ? model.Labels[i] : null, values[i]));
        }
        return new RunOutput(tensor.Name, tensor.LogicalDims, values.Min(), values.Max(), (float)values.Select(static v => (double)v).Average(), best);
    }
}
