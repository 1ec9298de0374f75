using System.Globalization;

namespace EdgeKit.Arm64.Tool;

/// <summary>Instructions from a camera's YUYV picture to the model's outputs: each row's, as often as there are rows, and the model's.</summary>
internal sealed record CameraResult(string Model, string Cpu, int Width, int Height, int InputWidth, int InputHeight, long Pixels, long Inference)
{
    /// <summary>Pixels or rows of a triangle filter that one of <paramref name="outputs"/> is made of.</summary>
    public static int Taps(int inputs, int outputs) => (int)Math.Ceiling(2.0 * Math.Max((double)inputs / outputs, 1));

    /// <param name="model">The result of the model on that core.</param>
    /// <param name="size">Such as 640x480.</param>
    /// <param name="prefix">Path of what the arm64 program and the plugin left, without endings.</param>
    public static CameraResult Of(ModelResult model, string size, string prefix)
    {
        (int width, int height) = Parse(size);
        (int inputWidth, int inputHeight) = model.Model.PictureSize;
        var run = new RigRun(prefix);
        long pixels = height * (run.CountOf(0) + run.CountOf(1)) + inputHeight * (run.CountOf(2) + run.CountOf(3));
        return new CameraResult(model.Model.Name, model.Cpu, width, height, inputWidth, inputHeight, run.Completed ? pixels : 0, model.Run.Instructions);
    }

    public static (int Width, int Height) Parse(string size)
    {
        int[] parts = [.. size.Split('x').Select(static p => int.Parse(p, CultureInfo.InvariantCulture))];
        return (parts[0], parts[1]);
    }

    /// <summary>An estimate: the clock of a Raspberry Pi 4, of a Pi 5 and of a Pi 3, at half of the instructions that the core can begin in a cycle.</summary>
    public (double Gigahertz, double PerCycle, double FramesPerSecond) Estimate
    {
        get
        {
            (double clock, double width) = Cpu switch { "cortex-a76" => (2.4, 4), "cortex-a72" => (1.5, 3), _ => (1.2, 2) };
            return (clock, width / 2, clock * 1e9 * width / 2 / (Pixels + Inference));
        }
    }
}
