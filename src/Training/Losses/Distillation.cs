namespace EdgeKit.Training.Losses;

/// <summary>How far a student is from its teacher.</summary>
public static class Distillation
{
    /// <summary>
    /// T² · KL(softmax(teacher / T) ‖ softmax(student / T)), averaged over rows (Hinton et al., "Distilling the Knowledge in a Neural Network", 2015), and adds
    /// weight times its derivative by the student's logits to <paramref name="gradient"/>: T · (student - teacher) / rows.
    /// </summary>
    /// <param name="student">rows x classes logits.</param>
    /// <param name="teacher">rows x classes logits.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="temperature">T: the larger, the more classes that are not the first count.</param>
    /// <param name="gradient">As many numbers.</param>
    /// <param name="weight">Factor of the derivative.</param>
    /// <returns>The loss, not weighted.</returns>
    public static double Logits(ReadOnlySpan<float> student, ReadOnlySpan<float> teacher, int classes, float temperature, Span<float> gradient, float weight = 1)
    {
        int rows = student.Length / classes;
        double[] s = new double[classes], t = new double[classes];
        double loss = 0;
        for (int r = 0; r < rows; r++)
        {
            SoftMax.Log(student.Slice(r * classes, classes), temperature, s);
            SoftMax.Log(teacher.Slice(r * classes, classes), temperature, t);
            for (int c = 0; c < classes; c++)
            {
                double probability = Math.Exp(t[c]);
                loss += probability * (t[c] - s[c]);
                gradient[r * classes + c] += (float)(weight * temperature * (Math.Exp(s[c]) - probability) / rows);
            }
        }
        return temperature * temperature * loss / rows;
    }

    /// <summary>
    /// Σ (student - teacher)² / Σ teacher²: squared error as a share of the teacher's energy, so that layers of any scale count alike; and adds weight times
    /// its derivative by the student to <paramref name="gradient"/>.
    /// </summary>
    /// <param name="student">Any number of values.</param>
    /// <param name="teacher">As many.</param>
    /// <param name="gradient">As many numbers.</param>
    /// <param name="weight">Factor of the derivative.</param>
    /// <returns>The loss, not weighted.</returns>
    public static double Features(ReadOnlySpan<float> student, ReadOnlySpan<float> teacher, Span<float> gradient, float weight = 1)
    {
        double energy = 1e-12, error = 0;
        foreach (float t in teacher) energy += (double)t * t;
        for (int i = 0; i < student.Length; i++)
        {
            double d = (double)student[i] - teacher[i];
            error += d * d;
            gradient[i] += (float)(2 * weight * d / energy);
        }
        return error / energy;
    }
}
