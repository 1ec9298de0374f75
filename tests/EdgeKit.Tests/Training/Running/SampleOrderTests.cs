using EdgeKit.Training.Running;
using Xunit;

namespace EdgeKit.Tests.Training.Running;

public class SampleOrderTests
{
    [Fact]
    public void Every_epoch_takes_each_sample_once_in_another_order()
    {
        var order = new SampleOrder(12, 4, seed: 3);
        Assert.Equal(3, order.StepsPerEpoch);
        int[] first = Epoch(0), second = Epoch(1);
        Assert.Equal(Enumerable.Range(0, 12), first.Order());
        Assert.Equal(Enumerable.Range(0, 12), second.Order());
        Assert.NotEqual(first, second);

        int[] Epoch(int epoch) => [.. Enumerable.Range(0, 3).SelectMany(i => order.Batch(epoch * 3 + i))];
    }

    [Fact]
    public void The_batch_of_a_step_is_the_same_wherever_a_training_begins()
    {
        var whole = new SampleOrder(10, 3, seed: 3);
        int[][] batches = [.. Enumerable.Range(0, 20).Select(step => whole.Batch(step))];
        for (int step = 19; step >= 0; step--) Assert.Equal(batches[step], new SampleOrder(10, 3, seed: 3).Batch(step));
    }

    [Fact]
    public void Few_samples_are_one_batch() => Assert.Equal([0, 1, 2], new SampleOrder(3, 64, seed: 1).Batch(5).Order());
}
