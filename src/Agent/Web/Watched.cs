using System.Security.Cryptography;
using EdgeKit.Devices;
using EdgeKit.Devices.Boards;

namespace EdgeKit.Agent.Web;

/// <summary>What is known of the model at work.</summary>
/// <param name="Name">Its file.</param>
/// <param name="Sha256">Of its file, in hexadecimal; empty where it cannot be read any more.</param>
/// <param name="Slot">Its slot; null of a file that is in none.</param>
/// <param name="IsOnTrial">Whether it has still to be confirmed.</param>
/// <param name="Precision">int8 or fp32.</param>
/// <param name="Properties">What the file says about itself, such as its version.</param>
internal sealed record ModelFacts(string Name, string Sha256, char? Slot, bool IsOnTrial, string Precision, IReadOnlyDictionary<string, string> Properties)
{
    /// <summary>The facts of models.</summary>
    public static ModelFacts[] Of(WatchedModels models) => models.All.Select(Of);

    private static ModelFacts Of(WatchedModel model)
    {
        Runtime.Plan.PlanFile file = model.Model.Session.File;
        return new ModelFacts(
            Path.GetFileName(file.Name), model.Slot?.Sha256 ?? HashOf(file.Name), model.Slot?.Slot, model.Slot is { IsOnTrial: true }, model.Model.Session.IsInt8 ? "int8" : "fp32", file.Properties);
    }

    private static string HashOf(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

/// <summary>All that the page tells about a watch, to be read on any thread.</summary>
/// <param name="Facts">The camera and what is counted.</param>
/// <param name="Progress">How it goes.</param>
/// <param name="Presenter">What shows results.</param>
/// <param name="MostViewers">Most viewers of pictures.</param>
internal sealed record Watched(WatchFacts Facts, Progress Progress, Presenter Presenter, int MostViewers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly SystemFiles Files = new();

    private ModelFacts[]? _models;

    /// <summary>The models at work.</summary>
    public required ModelFacts[] Models
    {
        get => Volatile.Read(ref _models)!;
        set => Volatile.Write(ref _models, value);
    }

    /// <summary>The camera.</summary>
    public IFrameSource Camera => Facts.Camera;

    /// <summary>How often the camera came back.</summary>
    public int Reconnects => (Camera as ReconnectingSource)?.Reconnects ?? 0;

    /// <summary>The processor's temperature in degrees; null where it is not known.</summary>
    public static double? Celsius => Thermometer.Read(Files).Celsius;

    /// <summary>What is wrong; null when frames go through the model.</summary>
    public string? Fault
    {
        get
        {
            TimeSpan time = Progress.SinceLast;
            if (Progress.Frames == 0) return time > Patience ? string.Create(Invariant, $"no frame from {Camera.Name} yet, for {time.TotalSeconds:F0} s") : "no frame yet";
            return time > Patience ? string.Create(Invariant, $"no frame from {Camera.Name} for {time.TotalSeconds:F0} s") : null;
        }
    }

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;
}
