using System.Runtime.InteropServices;
using System.Text;
using EdgeKit.Agent;

using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = false, NewLine = "\n" };
using var interrupted = new CancellationTokenSource();

void Interrupt(PosixSignalContext signal)
{
    // The first signal lets the work end between two steps; a second one ends the process.
    if (interrupted.IsCancellationRequested) return;
    signal.Cancel = true;
    interrupted.Cancel();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
return CommandLine.Run(args, output, Console.Error, interrupted.Token);
