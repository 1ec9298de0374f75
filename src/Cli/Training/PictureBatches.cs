using EdgeKit.Cli.Models;
using EdgeKit.Onnx;
using EdgeKit.Training;
using EdgeKit.Training.Augmenting;
using EdgeKit.Training.Running;

namespace EdgeKit.Cli.Training;

/// <summary>A batch of pictures.</summary>
/// <param name="Input">[N,3,H,W].</param>
/// <param name="Targets">N x classes, each row summing to 1; empty without labels.</param>
internal sealed record PictureBatch(Tensor Input, float[] Targets);

/// <summary>Makes batches of augmented pictures: the batch of a step is a function of it and of the seed alone.</summary>
/// <param name="store">The pictures.</param>
/// <param name="height">Rows of the model's input.</param>
/// <param name="width">Columns of the model's input.</param>
/// <param name="options">How.</param>
internal sealed class PictureBatches(PictureStore store, int height, int width, BatchOptions options)
{
    private readonly SampleOrder _order = new(store.Count, options.Batch, options.Seed);

    /// <summary>Batches that take every picture about once.</summary>
    public int StepsPerEpoch => _order.StepsPerEpoch;

    /// <summary>The batch of a step.</summary>
    public PictureBatch Make(long step)
    {
        int[] samples = _order.Batch(step);
        int size = PictureInput.Channels * height * width;
        float[] input = new float[samples.Length * size], targets = new float[samples.Length * options.Classes];
        for (int i = 0; i < samples.Length; i++)
        {
            CounterRandom random = CounterRandom.Of(options.Seed, step, i);
            FloatImage image = store.Load(samples[i]);
            foreach (IAugmentation augmentation in options.Augmentations) image = augmentation.Apply(image, ref random);
            store.Normalise(image, input.AsSpan(i * size, size));
            if (options.Classes > 0) targets[i * options.Classes + store.Label(samples[i])!.Value + options.LabelOffset] = 1;
        }
        Mix(step, input, targets, samples.Length);
        return new PictureBatch(Tensor.Of(input, samples.Length, PictureInput.Channels, height, width), targets);
    }

    private void Mix(long step, float[] input, float[] targets, int count)
    {
        CounterRandom random = CounterRandom.Of(options.Seed, step, -1);
        float draw = random.NextSingle();
        if (draw >= options.MixUp + options.CutMix) return;
        int[] partners = random.Permutation(count);
        if (draw < options.MixUp) Mixing.MixUp(input, targets, partners, random.NextBeta(options.MixShape));
        else Mixing.CutMix(input, height, width, targets, partners, random.NextSingle(), ref random);
    }
}

/// <summary>How batches are made.</summary>
internal sealed record BatchOptions
{
    /// <summary>Pictures of a batch.</summary>
    public required int Batch { get; init; }

    /// <summary>Seed of order and augmentation.</summary>
    public required long Seed { get; init; }

    /// <summary>Number of the model's outputs; 0 for pictures without labels.</summary>
    public int Classes { get; init; }

    /// <summary>Added to a picture's class.</summary>
    public int LabelOffset { get; init; }

    /// <summary>What is done to each picture.</summary>
    public IReadOnlyList<IAugmentation> Augmentations { get; init; } = [];

    /// <summary>Share of the batches that are mixed all over.</summary>
    public float MixUp { get; init; }

    /// <summary>Share of the batches whose pictures have rectangles of others.</summary>
    public float CutMix { get; init; }

    /// <summary>Shape of the distribution of mixup's shares.</summary>
    public float MixShape { get; init; } = 0.4f;

    /// <summary>Flip, shift by an eighth, and colour: what leaves the class of most pictures as it is.</summary>
    public static IReadOnlyList<IAugmentation> Usual(int size) => [new Flip(), new RandomCrop(Math.Max(1, size / 8)), new ColorJitter()];
}
