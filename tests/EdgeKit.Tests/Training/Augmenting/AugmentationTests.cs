using EdgeKit.Training;
using EdgeKit.Training.Augmenting;
using Xunit;

namespace EdgeKit.Tests.Training.Augmenting;

public class AugmentationTests
{
    public static TheoryData<string> Names => [.. All().Select(static a => a.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_numbers_make_the_same_picture_of_the_same_size(string name)
    {
        IAugmentation augmentation = All().Single(a => a.Name == name).Augmentation;
        bool changed = false;
        for (int seed = 0; seed < 10; seed++)
        {
            CounterRandom a = CounterRandom.Of(seed), b = CounterRandom.Of(seed);
            FloatImage original = Picture(), once = augmentation.Apply(original.Clone(), ref a), again = augmentation.Apply(original.Clone(), ref b);
            Assert.Equal((3, 7, 9), (once.Channels, once.Height, once.Width));
            Assert.Equal(once.Values, again.Values);
            Assert.Equal(a.NextBits(), b.NextBits());
            changed |= !once.Values.SequenceEqual(original.Values);
        }
        Assert.True(changed);
    }

    [Theory]
    [InlineData("crop")]
    [InlineData("scale")]
    [InlineData("blur")]
    [InlineData("flip")]
    public void A_picture_of_one_colour_stays(string name)
    {
        IAugmentation augmentation = All().Single(a => a.Name == name).Augmentation;
        var flat = new FloatImage(3, 7, 9);
        for (int c = 0; c < 3; c++) flat.Plane(c).Fill(40 * (c + 1));
        for (int seed = 0; seed < 10; seed++)
        {
            CounterRandom random = CounterRandom.Of(seed);
            FloatImage result = augmentation.Apply(flat.Clone(), ref random);
            Assert.All(result.Values.Zip(flat.Values), static p => Assert.Equal(p.Second, p.First, 1e-4));
        }
    }

    [Fact]
    public void Half_of_the_pictures_are_mirrored_exactly()
    {
        int mirrored = 0;
        for (int seed = 0; seed < 400; seed++)
        {
            CounterRandom random = CounterRandom.Of(seed);
            FloatImage original = Picture(), result = new Flip().Apply(original.Clone(), ref random);
            bool same = result.Values.SequenceEqual(original.Values);
            if (!same) Assert.All(Enumerable.Range(0, 21), row => Assert.Equal(original.Values[(row * 9)..(row * 9 + 9)].Reverse(), result.Values[(row * 9)..(row * 9 + 9)]));
            mirrored += same ? 0 : 1;
        }
        Assert.InRange(mirrored, 150, 250);
    }

    [Fact]
    public void Scaling_to_the_whole_changes_nothing()
    {
        CounterRandom random = CounterRandom.Of(1);
        FloatImage original = Picture(), result = new RandomScale(1, 1, 1).Apply(original, ref random);
        Assert.All(result.Values.Zip(original.Values), static p => Assert.Equal(p.Second, p.First, 1e-4));
    }

    [Fact]
    public void Mixup_blends_pictures_and_targets_alike()
    {
        float[] inputs = [0, 0, 10, 20], targets = [1, 0, 0, 1];
        Mixing.MixUp(inputs, targets, [1, 0], 0.75f);
        Assert.Equal([2.5f, 5, 7.5f, 15], inputs);
        Assert.Equal([0.75f, 0.25f, 0.25f, 0.75f], targets);
    }

    [Fact]
    public void Cutmix_gives_targets_the_area_that_the_rectangle_has()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            CounterRandom random = CounterRandom.Of(seed);
            float[] inputs = new float[2 * 3 * 64], targets = [1, 0, 0, 1];
            inputs.AsSpan(3 * 64).Fill(1);
            Mixing.CutMix(inputs, 8, 8, targets, [1, 0], 0.6f, ref random);
            Assert.Equal(targets[1], inputs.Take(3 * 64).Average(), 1e-6);
            Assert.Equal(1, targets[0] + targets[1], 1e-6);
        }
    }

    [Fact]
    public void A_point_is_blurred_to_a_bell_that_weighs_as_much()
    {
        var point = new FloatImage(1, 21, 25);
        point.Row(0, 10)[12] = 1;
        for (int seed = 0; seed < 10; seed++)
        {
            CounterRandom random = CounterRandom.Of(seed), same = CounterRandom.Of(seed);
            FloatImage result = new Blur(1, 2).Apply(point.Clone(), ref random);
            same.NextSingle();
            float sigma = 2 * same.NextSingle();
            if (sigma < 0.1f) continue;
            Assert.Equal(1, result.Values.Sum(), 1e-4);
            for (int y = 0; y < 21; y++)
            {
                for (int x = 0; x < 25; x++)
                {
                    bool inside = Math.Max(Math.Abs(x - 12), Math.Abs(y - 10)) <= Math.Ceiling(2.5f * sigma);
                    double bell = Math.Exp(-((x - 12) * (x - 12) + (y - 10) * (y - 10)) / (2.0 * sigma * sigma));
                    Assert.Equal(inside ? bell * result.Row(0, 10)[12] : 0, result.Row(0, y)[x], 1e-5);
                }
            }
        }
    }

    [Fact]
    public void Colours_change_by_saturation_then_contrast_then_light()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            CounterRandom random = CounterRandom.Of(seed), same = CounterRandom.Of(seed);
            FloatImage original = Picture(), result = new ColorJitter(0.3f, 0.2f, 0.5f, 0.1f).Apply(original.Clone(), ref random);
            double light = same.NextSingle(0.7f, 1.3f), contrast = same.NextSingle(0.8f, 1.2f), saturation = same.NextSingle(0.5f, 1.5f), mean = original.Values.Average();
            for (int c = 0; c < 3; c++)
            {
                double tint = same.NextSingle(0.9f, 1.1f);
                for (int i = 0; i < 63; i++)
                {
                    double grey = Enumerable.Range(0, 3).Average(plane => original.Plane(plane)[i]), v = grey + saturation * (original.Plane(c)[i] - grey);
                    Assert.Equal(Math.Clamp((mean + contrast * (v - mean)) * light * tint, 0, 255), result.Plane(c)[i], 1e-3);
                }
            }
        }
    }

    private static (string Name, IAugmentation Augmentation)[] All() =>
    [
        ("flip", new Flip()),
        ("crop", new RandomCrop(4)),
        ("scale", new RandomScale(0.7f, 1.2f)),
        ("color", new ColorJitter(tint: 0.1f)),
        ("blur", new Blur(0.8f, 1.5f)),
        ("noise", new Noise(8)),
        ("erase", new Erase(4, 0)),
    ];

    private static FloatImage Picture()
    {
        CounterRandom random = CounterRandom.Of(11);
        var image = new FloatImage(3, 7, 9);
        for (int i = 0; i < image.Values.Length; i++) image.Values[i] = random.NextSingle(0, 255);
        return image;
    }
}
