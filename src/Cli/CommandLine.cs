using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using EdgeKit.Cli.Verbs;

namespace EdgeKit.Cli;

/// <summary>The command <c>edgekit</c>: its verbs, its help, its exit codes.</summary>
internal static class CommandLine
{
    private const string Description =
        """
        Makes trained convolutional networks (ONNX) small and fast for ARM64 boards:
        prunes, quantizes to INT8, compiles to .ekm, verifies and measures.

        Example: edgekit compress model.onnx --calib pictures/ --out out

        Exit codes: 0 ok, 1 failure, 2 usage, 3 a limit is not met, 4 malformed or
        unsupported model, 5 device, 6 disturbed measurement, 130 interrupted.
        """;

    /// <summary>Runs the tool.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> arguments, Terminal terminal)
    {
        try
        {
            ParseResult parsed = Root(terminal).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
            if (parsed.Action is ParseErrorAction)
                throw CliException.Usage($"{OneLine(parsed.Errors[0].Message)} Try '{CommandName(parsed)} --help'.");
            int exitCode = parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
            terminal.Output.Flush();
            return exitCode;
        }
        catch (Exception e)
        {
            (int exitCode, string message) = Failures.Explain(e);
            terminal.Error.WriteLine($"edgekit: {message}");
            return exitCode;
        }
    }

    /// <summary>The whole command, for <see cref="Run"/> and for tests of the help texts.</summary>
    internal static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand(Description)
        {
            CompressVerb.Create(terminal),
            InspectVerb.Create(terminal),
            PruneVerb.Create(terminal),
            TrainVerb.Create(terminal),
            FinetuneVerb.Create(terminal),
            QuantizeVerb.Create(terminal),
            CompileVerb.Create(terminal),
            CompareVerb.Create(terminal),
            BenchVerb.Create(terminal),
            ProfileVerb.Create(terminal),
            DeployVerb.Create(terminal),
            ReportVerb.Create(terminal),
            DemoVerb.Create(terminal),
            EvalVerb.Create(terminal),
            ModelVerb.Create(terminal),
            NewVerb.Create(terminal),
            ScenesVerb.Create(terminal),
            KernelsVerb.Create(terminal),
            SetupVerb.Create(terminal),
            DocsVerb.Create(),
        };
        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help }) option.Action = new VerbHelp(help);
        }
        root.SetAction(_ =>
        {
            root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = terminal.Error });
            return ExitCode.Usage;
        });
        return root;
    }

    // The parser lists choices one a line.
    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string CommandName(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "edgekit" : $"edgekit {parsed.CommandResult.Command.Name}";
}
