using EdgeKit.Cli.Scenes;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>The objects of a road as classes and boxes at the positions of three grids: <see cref="ObjectAssignment"/> says what each should find, <see cref="ObjectLoss"/> how far it is from it.</summary>
internal sealed class ObjectTask(int width = ObjectTask.UsualWidth, int height = ObjectTask.UsualHeight) : IRoadTask
{
    /// <summary>The input of EdgeKit's own model.</summary>
    public const int UsualWidth = 768, UsualHeight = 448;

    private const int Sides = 4;

    // On scenes of seed 77 three of four boxes from here on are right, and F1 is at its best, as the mean of the classes; mAP counts less sure ones too.
    private const float LeastScore = 0.4f;

    // One in so many samples is a whole picture.
    private const int WholeShare = 5;

    private readonly ObjectAssignment _assignment = new(width, height, RoadNetworks.ObjectStrides);

    /// <summary>How EdgeKit's own model is trained.</summary>
    public static RoadTrainingOptions Usual { get; } = new() { Steps = 30_000, Batch = 12, Reuse = 14, Rate = 2e-3 };

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
        Decoder = new DecoderSettings { Kind = DecoderKinds.Fcos, Strides = RoadNetworks.ObjectStrides, Score = LeastScore, Iou = 0.6f },
    };

    public int TargetLength => _assignment.Positions * ObjectAssignment.Fields;

    public Graph CreateNetwork(int seed) => RoadNetworks.Objects(width, height, ObjectNames.All.Length, seed);

    /// <summary>
    /// Mostly close samples, a third as wide and high, in which every kind is seen often and at little cost; whole pictures, three quarters as wide and high, for what is large, and for how often
    /// things are where.
    /// </summary>
    public IReadOnlyList<RoadPart> Parts(int batch)
    {
        int whole = Math.Max(1, batch / WholeShare);
        var scene = new RoadPart(Part(3 / 4f), whole, RoadView.Whole);
        return batch > whole ? [new RoadPart(Part(1 / 3f), batch - whole, RoadView.Close), scene] : [scene];

        ObjectTask Part(float share) => new(Side(width * share), Side(height * share));
        static int Side(float pixels) => (int)MathF.Ceiling(pixels / RoadNetworks.Stride) * RoadNetworks.Stride;
    }

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
