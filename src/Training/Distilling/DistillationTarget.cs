using EdgeKit.Onnx;
using EdgeKit.Training.Losses;

namespace EdgeKit.Training.Distilling;

/// <summary>A value of the student that must come near the teacher's value of the same name.</summary>
/// <param name="Name">Name of the value in both graphs.</param>
/// <param name="Channels">The teacher's channel for each of the student's; null where they are the same.</param>
/// <param name="Classes">Number of classes where it holds logits, compared as probabilities; 0 where it holds features.</param>
/// <param name="Weight">Share of the loss.</param>
internal sealed record DistillationTarget(string Name, int[]? Channels, int Classes, float Weight)
{
    /// <summary>The loss, weighted, and its derivative by the student's values.</summary>
    public double Evaluate(Tensor student, Tensor teacher, float temperature, out Tensor gradient)
    {
        float[] slope = new float[student.Length];
        gradient = Tensor.Of(slope, student.Shape);
        float[] wanted = Channels is null ? teacher.ToFloats() : Select(teacher, Channels);
        return Weight * (Classes > 0
            ? Distillation.Logits(student.AsSpan<float>(), wanted, Classes, temperature, slope, Weight)
            : Distillation.Features(student.AsSpan<float>(), wanted, slope, Weight));
    }

    private static float[] Select(Tensor teacher, int[] channels)
    {
        int all = teacher.Shape[1], area = Tensor.ElementCount(teacher.Shape.AsSpan(2));
        ReadOnlySpan<float> data = teacher.AsSpan<float>();
        float[] selected = new float[teacher.Shape[0] * channels.Length * area];
        for (int i = 0; i < teacher.Shape[0] * channels.Length; i++)
            data.Slice((i / channels.Length * all + channels[i % channels.Length]) * area, area).CopyTo(selected.AsSpan(i * area));
        return selected;
    }
}
