using EdgeKit.Onnx;
using EdgeKit.Training;
using Xunit;

namespace EdgeKit.Tests.Training;

/// <summary>Memory of a training step; watches the whole process.</summary>
[Collection("Alone")]
public sealed class TrainingAllocationTests
{
    [Fact]
    public void A_second_batch_allocates_no_memory_for_tensors()
    {
        var network = new TrainingNetwork(Zoo.Create("mobilenet-v2", new ZooOptions { Width = 0.25, Size = 64, Classes = 10 }));
        Tensor x = GradientCheck.Fill(new Random(11), [8, 3, 64, 64], static r => (float)(r.NextDouble() * 2 - 1)), dy = Tensor.Zeros(ElementType.Float, 8, 10);
        for (int i = 0; i < 3; i++) Pass();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Pass();
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 2_000_000);

        void Pass()
        {
            network.Forward(x, NetworkMode.Training);
            network.Backward(new Dictionary<string, Tensor> { ["logits"] = dy });
        }
    }
}
