using EdgeKit.Cli.Scenes;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>The objects of a road as classes and boxes at the positions of three grids: <see cref="ObjectAssignment"/> says what each should find, <see cref="ObjectLoss"/> how far it is from it.</summary>
internal sealed class ObjectTask(int width = ObjectTask.UsualWidth, int height = ObjectTask.UsualHeight) : IRoadTask
{
    /// <summary>The input of EdgeKit's own model.</summary>
    public const int UsualWidth = 384, UsualHeight = 224;

    private const int Sides = 4;

    private readonly ObjectAssignment _assignment = new(width, height, RoadNetworks.ObjectStrides);

    /// <summary>How EdgeKit's own model is trained.</summary>
    public static RoadTrainingOptions Usual { get; } = new() { Steps = 13_000, Batch = 8, Rate = 2e-3 };

    public string Name => "objects";

    public Preprocessing Preprocessing => new()
    {
        Task = "detect",
        Width = width,
        Height = height,
        Color = ColorOrder.Rgb,
        Fit = Fit.Stretch,
        Mean = [120, 120, 120],
        Std = [60, 60, 60],
        Labels = ObjectNames.All,
        Decoder = new DecoderSettings { Kind = DecoderKinds.Fcos, Strides = RoadNetworks.ObjectStrides, Score = 0.3f, Iou = 0.6f },
    };

    public int TargetLength => _assignment.Positions * ObjectAssignment.Fields;

    public Graph CreateNetwork(int seed) => RoadNetworks.Objects(width, height, ObjectNames.All.Length, seed);

    public void Encode(RoadSample sample, Span<float> target) => _assignment.Encode(sample.Objects, target);

    public double Evaluate(ReadOnlySpan<float> output, ReadOnlySpan<float> target, double normaliser, Span<float> slope)
    {
        double loss = 0;
        foreach (ObjectLevel level in _assignment.Levels)
        {
            int scores = ObjectNames.All.Length * level.Positions, both = scores + Sides * level.Positions, fields = level.Positions * ObjectAssignment.Fields;
            (double classes, double boxes) = ObjectLoss.Evaluate(output[..scores], output[scores..both], target[..fields], normaliser, slope[..scores], slope[scores..both]);
            loss += classes + boxes;
            output = output[both..];
            target = target[fields..];
            slope = slope[both..];
        }
        return loss;
    }

    /// <summary>The number of positions that should find an object.</summary>
    public double Weight(ReadOnlySpan<float> target)
    {
        int count = 0;
        for (int i = 0; i < target.Length; i += ObjectAssignment.Fields)
            if (target[i] >= 0) count++;
        return count;
    }
}
