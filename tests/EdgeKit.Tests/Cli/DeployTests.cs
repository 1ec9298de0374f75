using System.Text.Json;
using Xunit;

namespace EdgeKit.Tests.Cli;

/// <summary><c>edgekit deploy</c>. The board is a script in ssh's place that runs here what ssh would run there, but for the script that would install things.</summary>
public sealed class DeployTests : IDisposable
{
    private readonly Tool _tool = new();
    private readonly string _model;

    public DeployTests()
    {
        _model = _tool.At("it's \"a\" model.ekm");
        Assert.Equal(0, Tool.Run("compile", _tool.Net(), "--out", _model).ExitCode);
    }

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void The_board_gets_model_signature_package_and_script_and_nothing_is_left_there()
    {
        if (!OperatingSystem.IsLinux()) return;
        File.WriteAllText(_model + ".sig", "signature");
        File.WriteAllText(_tool.At("agent.deb"), "package");
        Outcome outcome = Deploy("echo 'model: 1234, confirmed'; echo 'slot a is used'", 0, "--package", _tool.At("agent.deb"), "--camera", "csi:1", "--wait", "7", "--ssh-option", "Port=2222");
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal("model: 1234, confirmed\nslot a is used\n", outcome.Output);
        string[] arguments = File.ReadAllLines(_tool.At("arguments"));
        Assert.StartsWith("/tmp/edgekit-deploy.", arguments[0], StringComparison.Ordinal);
        Assert.Equal([arguments[0], "7", "csi:1"], arguments);
        Assert.Equal(File.ReadAllBytes(_model), File.ReadAllBytes(_tool.At("there/model.ekm")));
        Assert.Equal("signature", File.ReadAllText(_tool.At("there/model.ekm.sig")));
        Assert.Equal("package", File.ReadAllText(_tool.At("there/edgekit-agent.deb")));
        Assert.Equal(File.ReadAllText(Path.Combine(Architecture.Repository.Root, "deploy", "on-board")), File.ReadAllText(_tool.At("there/on-board")));
        Assert.False(Directory.Exists(arguments[0]));
        Assert.All(File.ReadAllLines(_tool.At("ssh.log")), static line => Assert.Equal("-o Port=2222 -- pi@board", line));
    }

    [Fact]
    public void Without_options_there_is_neither_package_nor_signature_and_the_result_can_be_JSON()
    {
        if (!OperatingSystem.IsLinux()) return;
        Outcome outcome = Deploy("echo 'model: 1234, confirmed'", 0, "--json");
        Assert.Equal(["model.ekm", "on-board"], Directory.GetFiles(_tool.At("there")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["60", ""], File.ReadAllLines(_tool.At("arguments"))[1..]);
        JsonElement json = outcome.Json;
        Assert.Equal((1, "pi@board", "model: 1234, confirmed"), (json.GetProperty("version").GetInt32(), json.GetProperty("host").GetString(), json.GetProperty("board")[0].GetString()));
    }

    [Theory]
    [InlineData("echo 'agent: 0.1.0'; echo 'deploy: the model was not confirmed within 60 s; back to the model before' >&2", 1, "pi@board: the model was not confirmed within 60 s; back to the model before")]
    [InlineData("echo 'deploy: the model is not taken; what the board had stays' >&2", 1, "pi@board: the model is not taken; what the board had stays")]
    [InlineData("echo 'sudo: a password is required' >&2", 1, "pi@board: sudo: a password is required; let its user become root without a password, or use deploy/deploy, which can ask for it")]
    [InlineData("true", 3, "pi@board: the script ended with code 3")]
    [InlineData("true", 255, "pi@board: ssh failed")]
    public void What_fails_on_the_board_is_one_line_and_nothing_is_left_there(string script, int code, string message)
    {
        if (!OperatingSystem.IsLinux()) return;
        Outcome outcome = Deploy(script, code);
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal($"edgekit: {message}", outcome.LastError);
        Assert.False(Directory.Exists(File.ReadAllLines(_tool.At("arguments"))[0]));
    }

    [Fact]
    public void What_is_wrong_here_is_said_before_the_board_is_asked()
    {
        string bad = _tool.At("bad.ekm"), ssh = _tool.At("no-ssh");
        File.WriteAllBytes(bad, File.ReadAllBytes(_model)[..1000]);
        foreach ((int code, string message, string[] arguments) in ((int, string, string[])[])[
            (2, "edgekit compile", [_tool.At("net.onnx"), "--host", "b"]), (2, "Option '--host' is required", [_model]), (2, "is no host", [_model, "--host", "-oProxyCommand=x"]),
            (2, "--camera takes a name", [_model, "--host", "b", "--camera", "a b"]), (2, "--camera takes a name", [_model, "--host", "b", "--camera", "x|rm"]), (2, "--wait takes seconds", [_model, "--host", "b", "--wait", "0"]),
            (4, "truncated or damaged", [bad, "--host", "b"]), (4, "cannot be read", [_tool.At("none.ekm"), "--host", "b"]), (1, "none.deb: there is no such file", [_model, "--host", "b", "--package", _tool.At("none.deb")]),
            (1, "cannot be started", [_model, "--host", "b"])])
        {
            Outcome outcome = Tool.Run(["deploy", .. arguments, "--ssh", ssh]);
            Assert.Equal(code, outcome.ExitCode);
            Assert.Contains(message, outcome.LastError, StringComparison.Ordinal);
            Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
        }
    }

    /// <summary>Deploys to a board whose script is another.</summary>
    private Outcome Deploy(string script, int code, params string[] options)
    {
        string ssh = _tool.At("ssh");
        // A command that runs the script is noted with what lies beside it; others are run.
        File.WriteAllText(ssh, $"""
            #!/bin/sh
            line=
            while [ "$1" != -- ]; do line="$line$1 "; shift; done
            printf '%s\n' "$line-- $2" >>'{_tool.At("ssh.log")}'
            shift 2
            case "$*" in
                "'sh' "*)
                    eval "set -- $*"
                    shift 2
                    printf '%s\n' "$@" >'{_tool.At("arguments")}'
                    cp -r "$1" '{_tool.At("there")}'
                    {script}
                    exit {code} ;;
            esac
            exec sh -c "$*"

            """);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return Tool.Run(["deploy", _model, "--host", "pi@board", "--ssh", ssh, .. options]);
    }
}
