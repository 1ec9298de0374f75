using EdgeKit.Training;
using EdgeKit.Training.Distilling;
using Xunit;

namespace EdgeKit.Tests.Training.Distilling;

public class ChannelMatchingTests
{
    private const int Images = 6, Area = 30;

    [Theory]
    [InlineData(0)]
    [InlineData(0.5f)]
    public void Channels_are_found_again_though_scaled_shifted_and_noisy(float noise)
    {
        CounterRandom random = CounterRandom.Of(1);
        int[] kept = [0, 2, 3, 7, 8, 11];
        float[] teacher = new float[Images * 12 * Area], student = new float[Images * kept.Length * Area];
        for (int i = 0; i < teacher.Length; i++) teacher[i] = random.NextGaussian();
        for (int i = 0; i < student.Length; i++)
        {
            int image = i / Area / kept.Length, channel = i / Area % kept.Length;
            student[i] = 3 + 2 * (teacher[(image * 12 + kept[channel]) * Area + i % Area] + noise * random.NextGaussian());
        }
        Assert.Equal(kept, ChannelMatching.Find(student, kept.Length, teacher, 12, Area));
    }

    [Fact]
    public void Equally_many_are_themselves() => Assert.Equal([0, 1], ChannelMatching.Find([0, 0], 2, [1, 2], 2, 1));

    [Fact]
    public void Channels_that_are_constant_still_get_different_ones()
    {
        int[] match = ChannelMatching.Find(new float[3 * Area], 3, new float[5 * Area], 5, Area);
        Assert.Equal(3, match.Distinct().Count());
        Assert.Equal(match.Order(), match);
    }
}
