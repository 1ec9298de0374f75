using EdgeKit.Devices;
using EdgeKit.Devices.Profiling;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Runtime.Plan;
using EdgeKit.Training;

namespace EdgeKit.Cli;

/// <summary>From exceptions to exit codes and one-line messages: the only place that knows.</summary>
internal static class Failures
{
    public static (int ExitCode, string Message) Explain(Exception exception) => exception switch
    {
        CliException e => (e.ExitCode, e.Message),
        TrainingInterruptedException e => (ExitCode.Interrupted, e.Message),
        OperationCanceledException => (ExitCode.Interrupted, "interrupted; nothing was left half-written"),
        ModelException or PlanException => (ExitCode.Model, OneLine(exception.Message)),
        OnnxRuntimeException { Error: OnnxRuntimeError.Model } => (ExitCode.Model, OneLine(exception.Message)),
        DeviceException => (ExitCode.Device, OneLine(exception.Message)),
        SchemeException or TrainingException or ProfileException or ImageException or OnnxRuntimeException or IOException or UnauthorizedAccessException => (ExitCode.Failure, OneLine(exception.Message)),
        OutOfMemoryException => (ExitCode.Failure, "there is not enough memory for this model"),
        AggregateException { InnerExceptions.Count: > 0 } e => Explain(e.InnerExceptions[0]),
        _ => (ExitCode.Failure, OneLine($"this is an error in EdgeKit, please report it: {exception.GetType().Name}: {exception.Message}")),
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
