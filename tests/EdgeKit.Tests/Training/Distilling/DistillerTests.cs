using EdgeKit.Onnx;
using EdgeKit.Training;
using EdgeKit.Training.Distilling;
using Xunit;

namespace EdgeKit.Tests.Training.Distilling;

public class DistillerTests
{
    [Fact]
    public void A_damaged_student_comes_nearer_to_its_teacher_and_each_stage_lowers_its_loss()
    {
        Graph teacher = Network(), student = Damaged(teacher);
        double before = Distance(student, teacher);
        IReadOnlyList<StageResult> stages = Distiller.Run(student, teacher, Pictures, new DistillationOptions { BlockSteps = 10, Steps = 30, Rate = 3e-3 });
        Assert.Equal("all", stages[^1].Name);
        Assert.Equal(30, stages[^1].Losses.Count);
        Assert.All(stages.Where(static s => s.Losses[0] > 1e-6), static s => Assert.True(s.Losses.TakeLast(3).Average() < s.Losses.Take(3).Average(), s.Name));
        Assert.True(Distance(student, teacher) < 0.5 * before, $"{Distance(student, teacher)} where it was {before}");
    }

    [Fact]
    public void The_same_seeds_teach_the_same_bits()
    {
        Graph teacher = Network(), once = Damaged(teacher), again = Damaged(teacher);
        var options = new DistillationOptions { BlockSteps = 2, Steps = 4 };
        Distiller.Run(once, teacher, Pictures, options);
        Distiller.Run(again, teacher, Pictures, options);
        foreach (Value value in once.Values.Where(static v => v.IsConstant)) Assert.Equal(value.Constant!.Bytes.ToArray(), again.Find(value.Name)!.Constant!.Bytes.ToArray());
    }

    [Fact]
    public void Models_that_do_not_belong_together_are_refused()
    {
        Graph other = Zoo.Create("mobilenet-v1", new ZooOptions { Size = 32, Classes = 5, Width = 0.25 });
        Assert.Contains("teacher", Assert.Throws<ModelException>(() => Distiller.Run(Network(), other, Pictures, new DistillationOptions())).Message);
    }

    private static Graph Network()
    {
        Graph graph = Zoo.Create("resnet-8", new ZooOptions { Size = 32, Classes = 10, Width = 0.5 });
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        return graph;
    }

    private static Graph Damaged(Graph teacher)
    {
        Graph student = teacher.Clone();
        CounterRandom random = CounterRandom.Of(9);
        foreach (Value value in student.Values.Where(static v => v.Constant is { Rank: 4 }).ToArray())
        {
            float[] weights = value.Constant!.ToFloats();
            double size = Math.Sqrt(weights.Average(static w => (double)w * w));
            for (int i = 0; i < weights.Length; i++) weights[i] += 0.3f * (float)size * random.NextGaussian();
            Graph.SetConstant(value, Tensor.Of(weights, value.Constant.Shape));
        }
        return student;
    }

    private static Tensor Pictures(string stage, long step)
    {
        CounterRandom random = CounterRandom.Of(stage.Length, step);
        float[] values = new float[4 * 3 * 32 * 32];
        for (int i = 0; i < values.Length; i++) values[i] = random.NextGaussian();
        return Tensor.Of(values, 4, 3, 32, 32);
    }

    private static double Distance(Graph student, Graph teacher)
    {
        Tensor pictures = Pictures("held out", 0);
        float[] a = Run(student), b = Run(teacher);
        return a.Zip(b, static (x, y) => (double)(x - y) * (x - y)).Sum() / b.Sum(static y => (double)y * y);

        float[] Run(Graph graph)
        {
            var network = new TrainingNetwork(graph);
            network.Forward(pictures, NetworkMode.Inference);
            return network.Read("logits").ToFloats();
        }
    }
}
