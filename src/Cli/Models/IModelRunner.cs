namespace EdgeKit.Cli.Models;

/// <summary>One loaded instance of a model, for one thread at a time.</summary>
internal interface IModelRunner : IDisposable
{
    /// <summary>Fills an input.</summary>
    /// <param name="index">Number of the input.</param>
    /// <param name="values">Real values in the model's dimension order (NCHW).</param>
    void SetInput(int index, ReadOnlySpan<float> values);

    /// <summary>Runs on what the inputs hold.</summary>
    void Run();

    /// <summary>The values of an output in the model's dimension order.</summary>
    float[] GetOutput(int index);
}
