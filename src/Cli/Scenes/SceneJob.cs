using EdgeKit.Imaging;
using EdgeKit.Imaging.Scenes;

namespace EdgeKit.Cli.Scenes;

/// <summary>Which scenes to write.</summary>
internal sealed record SceneRequest
{
    public const int MaxCount = 1_000_000, MinSide = SceneRenderer.MinSize, MaxSide = SceneRenderer.MaxSize;

    public required int Count { get; init; }

    public required ulong Seed { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required string Folder { get; init; }

    /// <summary>Whether a second picture of each scene has its labels drawn.</summary>
    public required bool DrawLabels { get; init; }
}

/// <summary>What was written.</summary>
internal sealed record SceneReport(int Version, string Out, int Scenes, int Width, int Height, ulong Seed, int Lanes, IReadOnlyDictionary<string, int> Objects)
{
    public string ToText() =>
        $"{Out}: {Scenes} scenes of {Width}x{Height} from seed {Seed}, {Lanes} lane lines,\n{string.Join(", ", Objects.Select(static o => $"{o.Value} of kind {o.Key}"))}; labels.json, sheet.png";
}

/// <summary>Renders scenes into a folder.</summary>
internal static class SceneJob
{
    private const int SheetPictures = 60, SheetColumns = 4, SheetWidth = 2560;

    public static SceneReport Run(SceneRequest request, Terminal terminal)
    {
        OutputFile.CreateFolder(request.Folder);
        var labels = new SceneLabels[request.Count];
        var shown = new Frame[Math.Min(request.Count, SheetPictures)];
        using (var progress = new Progress(terminal, "rendering", request.Count))
        {
            int done = 0;
            var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = terminal.Cancel };
            Parallel.For(0, request.Count, options, i =>
            {
                ulong seed = unchecked(request.Seed + (ulong)i);
                (Frame frame, labels[i]) = SceneRenderer.Render(seed, request.Width, request.Height);
                ImageFile.Save(frame, Path.Combine(request.Folder, $"{seed}.png"));
                if (request.DrawLabels || i < shown.Length)
                {
                    Frame drawn = SceneSheet.Annotate(frame, labels[i]);
                    if (request.DrawLabels) ImageFile.Save(drawn, Path.Combine(request.Folder, $"{seed}-labels.png"));
                    if (i < shown.Length) shown[i] = Small(drawn);
                }
                progress.Report(Interlocked.Increment(ref done));
            });
        }
        ImageFile.Save(SceneSheet.Sheet(shown, SheetColumns), Path.Combine(request.Folder, "sheet.png"));
        OutputFile.Write(Path.Combine(request.Folder, "labels.json"), JsonOutput.Format(LabelFile.Of(request, labels)));
        var kinds = Enum.GetValues<SceneObjectKind>().ToDictionary(static kind => kind.ToString().ToLowerInvariant(), kind => labels.Sum(l => l.Objects.Count(o => o.Kind == kind)));
        return new SceneReport(JsonOutput.Version, request.Folder, request.Count, request.Width, request.Height, request.Seed, labels.Sum(static l => l.Lanes.Count), kinds);
    }

    /// <summary>Large pictures are made smaller, so that the sheet stays a picture to look at.</summary>
    private static Frame Small(Frame frame)
    {
        const int Widest = SheetWidth / SheetColumns;
        return frame.Width <= Widest ? frame : Resize.Bilinear(frame, Widest, Math.Max(frame.Height * Widest / frame.Width, 1));
    }

    private sealed record LabelFile(int Version, int Width, int Height, IReadOnlyList<SceneEntry> Scenes)
    {
        public static LabelFile Of(SceneRequest request, SceneLabels[] labels) =>
            new(JsonOutput.Version, request.Width, request.Height, [.. labels.Select(static l => new SceneEntry(
                $"{l.Seed}.png", l.Seed, l.Night, l.Wet, l.Fog,
                [.. l.Lanes.Select(static lane => new LaneEntry(lane.Kind, lane.Colour, lane.Side, lane.Position, [.. lane.Points.Select(static p => new[] { Hundredths(p.X), Hundredths(p.Y) })]))],
                [.. l.Objects.Select(static o => new ObjectEntry(o.Kind, [Hundredths(o.Left), Hundredths(o.Top), Hundredths(o.Right), Hundredths(o.Bottom)], Hundredths(o.Visible), Hundredths(o.Inside), Hundredths(o.Distance)))]))]);

        private static double Hundredths(float value) => Math.Round(value, 2);
    }

    private sealed record SceneEntry(string File, ulong Seed, bool Night, bool Wet, bool Fog, IReadOnlyList<LaneEntry> Lanes, IReadOnlyList<ObjectEntry> Objects);

    private sealed record LaneEntry(LineKind Kind, LineColour Colour, LaneSide Side, int Position, IReadOnlyList<double[]> Points);

    private sealed record ObjectEntry(SceneObjectKind Kind, double[] Box, double Visible, double Inside, double Distance);
}
