using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Finding;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Scenes;
using EdgeKit.Pruning;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Demo;

/// <summary>The job of <c>edgekit compress</c> without arguments: EdgeKit's own lane model on road scenes that are rendered, so that it needs nothing from outside.</summary>
internal static class DemoJob
{
    /// <summary>Share of the multiply-accumulates to keep.</summary>
    public const double MacBudget = 0.9;

    private const string Name = "lanes";
    private const int CalibrationScenes = 200, VerificationScenes = 50;

    // Training does not render these, and evaluation with --seed 131072 and 196608 only.
    private const ulong CalibrationSeed = 2UL << 48, VerificationSeed = 3UL << 48;

    /// <summary>Opens the model; scenes are rendered when they are asked for.</summary>
    public static CompressRequest Prepare(string folder, PruneOptions pruning, QuantizeOptions quantization, RunRequest run) => new()
    {
        Model = OnnxModel.Load(OwnModels.FloatPath(Name), config: null, shapes: null),
        Run = run,
        Name = Name,
        Out = folder,
        Calibration = ScenePictures.Of(CalibrationSeed, CalibrationScenes),
        Verification = ScenePictures.Of(VerificationSeed, VerificationScenes),
        Pruning = pruning,
        Quantization = quantization,
        Show = new LaneShow(),
        Notes = [$"the pictures are road scenes that EdgeKit renders; F1 is of {LaneShow.UsualScenes} others, as 'edgekit eval' defines it"],
    };
}
