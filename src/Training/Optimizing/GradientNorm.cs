namespace EdgeKit.Training.Optimizing;

/// <summary>The length of all gradients together.</summary>
public static class GradientNorm
{
    /// <summary>Euclidean norm over the gradients of all parameters.</summary>
    public static double Of(IEnumerable<Parameter> parameters)
    {
        double sum = 0;
        foreach (Parameter p in parameters)
            foreach (float g in p.Gradient) sum += (double)g * g;
        return Math.Sqrt(sum);
    }

    /// <summary>Scales gradients down to a norm where theirs is larger (Pascanu et al., "On the difficulty of training recurrent neural networks", 2013).</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="most">The largest norm; infinite for no limit.</param>
    /// <returns>The norm before.</returns>
    public static double Clip(IReadOnlyList<Parameter> parameters, double most)
    {
        double norm = Of(parameters);
        if (!(norm > most)) return norm;
        float factor = (float)(most / norm);
        foreach (Parameter p in parameters)
            for (int i = 0; i < p.Gradient.Length; i++) p.Gradient[i] *= factor;
        return norm;
    }
}
