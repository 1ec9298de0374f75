using EdgeKit.Runtime.Execution;

namespace EdgeKit.Cli.Models;

/// <summary>A loaded instance of a model on EdgeKit's runtime.</summary>
internal sealed class EkmRunner(Session session) : IModelRunner
{
    public Session Session => session;

    public void SetInput(int index, ReadOnlySpan<float> values) => session.SetInput(index, values);

    public void Run() => session.Run();

    public float[] GetOutput(int index) => session.GetOutput(index);

    public void Dispose() => session.Dispose();
}
