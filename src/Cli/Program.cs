using System.Runtime.InteropServices;
using System.Text;
using EdgeKit.Cli;
using EdgeKit.Imaging;
using EdgeKit.Imaging.ImageSharp;

// Results may be long tables: buffered, and flushed where a full disk can still be reported.
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = false, NewLine = "\n" };
using var interrupted = new CancellationTokenSource();

void Interrupt(PosixSignalContext signal)
{
    // The first signal lets the work end between two steps, with nothing half-written; a second one ends the process.
    if (interrupted.IsCancellationRequested) return;
    signal.Cancel = true;
    interrupted.Cancel();
}

if (ImageSharpAdapter.Create() is { } decoder) ImageCodecs.Register(decoder);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
return CommandLine.Run(args, new Terminal(output, Console.Error, !Console.IsErrorRedirected, interrupted.Token));
