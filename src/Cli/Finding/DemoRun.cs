using System.Text;
using System.Text.Json;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Imaging.Drawing;

namespace EdgeKit.Cli.Finding;

/// <summary>Finds what is in pictures and draws it: a PNG for each and a page with all.</summary>
internal sealed class DemoRun(FindingModel model, string folder, bool json, Terminal terminal)
{
    private readonly List<GalleryEntry> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Does all of it; prints one line a picture.</summary>
    public void Run(IReadOnlyCollection<ImageItem> pictures)
    {
        OutputFile.CreateFolder(folder);
        using (var progress = new Progress(terminal, "finding", pictures.Count))
        {
            foreach (ImageItem picture in pictures)
            {
                terminal.Cancel.ThrowIfCancellationRequested();
                RunOne(picture);
                progress.Report(_entries.Count);
            }
        }
        string page = Path.Combine(folder, Gallery.FileName);
        OutputFile.Write(page, Gallery.Of(model, _entries));
        terminal.Note($"{page}: {_entries.Count} pictures");
    }

    private void RunOne(ImageItem picture)
    {
        Frame frame = picture.Load();
        (Findings findings, FindingTimes times) = model.Find(frame);
        FindingsDrawing.Draw(frame, findings, model.Decoder.Labels, Units.Invariant($"{model.Name} {model.Precision} {times.Infer:F1} ms"));
        string name = FreeName(picture.Name);
        ImageFile.Save(frame, Path.Combine(folder, name));
        string summary = Summary(findings, model.Decoder);
        _entries.Add(new GalleryEntry(name, picture.Name, summary, times));
        terminal.Output.WriteLine(json ? Line(picture.Name, frame, findings, times, Path.Combine(folder, name)) : Units.Invariant($"{picture.Name}: {summary} ({times.Infer:F1} ms)"));
        terminal.Output.Flush();
    }

    private string FreeName(string picture)
    {
        string stem = Path.GetFileNameWithoutExtension(picture), name = $"{stem}.png";
        for (int i = 2; !_names.Add(name); i++) name = $"{stem}-{i}.png";
        return name;
    }

    private string Line(string name, Frame frame, Findings findings, FindingTimes times, string drawing)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", JsonOutput.Version);
            writer.WriteString("image", name);
            writer.WriteNumber("width", frame.Width);
            writer.WriteNumber("height", frame.Height);
            writer.WriteString("model", model.Name);
            writer.WriteString("precision", model.Precision);
            writer.WriteFindings(findings, model.Decoder);
            writer.WriteNumber("prepare_ms", times.Prepare);
            writer.WriteNumber("infer_ms", times.Infer);
            writer.WriteNumber("find_ms", times.Decode);
            writer.WriteString("picture", drawing);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Summary(Findings findings, ModelDecoder decoder)
    {
        var parts = new List<string>();
        if (decoder.FindsBoxes)
        {
            IEnumerable<string> objects = findings.Boxes.ToArray().GroupBy(static b => b.Class)
                .Select(g => Units.Invariant($"{g.Count()} {(g.Key < decoder.Labels.Count ? decoder.Labels[g.Key] : $"of class {g.Key}")} (to {g.Max(static b => b.Score):F2})"));
            parts.Add(findings.Boxes.IsEmpty ? "nothing" : string.Join(", ", objects));
        }
        if (decoder.FindsLanes) parts.Add($"{findings.LaneCount} {(findings.LaneCount == 1 ? "lane line" : "lane lines")}");
        parts.AddRange(findings.Masks.Select(static m => $"{m.Name} {Units.Percent(m.Share)}"));
        return string.Join(", ", parts);
    }
}
