using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Evaluating;
using EdgeKit.Cli.Finding;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Imaging.Drawing;
using EdgeKit.Imaging.Scenes;

namespace EdgeKit.Cli.Demo;

/// <summary>How right lane models are on rendered scenes, and a picture of what one finds.</summary>
/// <param name="scenes">Scenes that models are evaluated on.</param>
internal sealed class LaneShow(int scenes = LaneShow.UsualScenes) : ICompressionShow
{
    /// <summary>As many as leave little to chance and cost little time.</summary>
    public const int UsualScenes = 100;

    private const int Seed = 7, DrawnSeed = 1, Drawn = 6, Columns = 2, Width = 640, Height = 360;
    private const string PictureName = "lanes.png";

    public IReadOnlyList<double> Measure(IReadOnlyList<string> files, Terminal terminal) =>
        [.. SceneEvaluation.RunFiles(files, scenes, Seed, terminal).Select(static r => r.F1!.Value)];

    public string Draw(string file, string folder)
    {
        using FindingModel model = FindingModel.Load(file, RunnableModel.EdgeKitBackend, new RunRequest());
        Frame[] frames = [.. Enumerable.Range(0, Drawn).Select(i => SceneRenderer.Render(SceneEvaluation.SceneSeed(DrawnSeed, i), Width, Height).Frame)];
        foreach (Frame frame in frames)
        {
            (Findings findings, FindingTimes times) = model.Find(frame);
            FindingsDrawing.Draw(frame, findings, model.Decoder.Labels, Units.Invariant($"{model.Name} {model.Precision} {times.Infer:F1} ms"));
        }
        string path = Path.Combine(folder, PictureName);
        ImageFile.Save(SceneSheet.Sheet(frames, Columns), path);
        return $"{path}: the lane lines that {model.Name} finds in {Drawn} scenes";
    }
}
