using System.CommandLine;
using EdgeKit.Cli;
using EdgeKit.Tests.Architecture;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace EdgeKit.Tests.Fleet;

public sealed class SearchJobTests
{
    private readonly YamlMappingNode _job;
    private readonly YamlMappingNode _claim;

    public SearchJobTests()
    {
        using StreamReader text = File.OpenText(Path.Combine(Repository.Root, "deploy/fleet/search-job.yaml"));
        var yaml = new YamlStream();
        yaml.Load(text);
        YamlMappingNode[] documents = [.. yaml.Documents.Select(static d => (YamlMappingNode)d.RootNode)];
        _job = documents.Single(static d => Text(d, "kind") == "Job");
        _claim = documents.Single(static d => Text(d, "kind") == "PersistentVolumeClaim");
    }

    [Fact]
    public void It_is_an_indexed_job_whose_pods_share_one_folder()
    {
        Assert.Equal("batch/v1", Text(_job, "apiVersion"));
        Assert.Equal("Indexed", Text(_job, "spec", "completionMode"));
        Assert.Equal(Text(_job, "spec", "completions"), Text(_job, "spec", "parallelism"));
        Assert.Equal("Never", Text(_job, "spec", "template", "spec", "restartPolicy"));
        YamlMappingNode pod = (YamlMappingNode)At(_job, "spec", "template", "spec"), volume = Only(pod, "volumes");
        Assert.Equal(Text(_claim, "metadata", "name"), Text(volume, "persistentVolumeClaim", "claimName"));
        Assert.Equal(Text(volume, "name"), Text(Only(Only(pod, "containers"), "volumeMounts"), "name"));
        Assert.Equal("ReadWriteMany", ((YamlSequenceNode)At(_claim, "spec", "accessModes"))[0].ToString());
        Assert.Equal(Text(Only(pod, "containers"), "name"), Text(Only((YamlMappingNode)At(_job, "spec", "podFailurePolicy"), "rules"), "onExitCodes", "containerName"));
    }

    [Fact]
    public void Its_command_line_is_one_that_the_tool_understands()
    {
        YamlMappingNode container = Only((YamlMappingNode)At(_job, "spec", "template", "spec"), "containers");
        string[] arguments = [.. ((YamlSequenceNode)At(container, "args")).Select(static n => n.ToString())];
        ParseResult parsed = CommandLine.Root(new Terminal(TextWriter.Null, TextWriter.Null, ErrorIsTerminal: false, CancellationToken.None)).Parse(arguments);
        Assert.Empty(parsed.Errors);
        Assert.Equal("compress", parsed.CommandResult.Command.Name);
        // Pods must not overwrite one another's results, and must share their trials.
        Assert.Contains("$(JOB_COMPLETION_INDEX)", arguments[Array.IndexOf(arguments, "--out") + 1], StringComparison.Ordinal);
        Assert.DoesNotContain("$(", arguments[Array.IndexOf(arguments, "--trials") + 1], StringComparison.Ordinal);
    }

    private static YamlNode At(YamlNode node, params string[] path) => path.Aggregate(node, static (n, key) => n[key]);

    private static string Text(YamlNode node, params string[] path) => At(node, path).ToString();

    private static YamlMappingNode Only(YamlMappingNode node, string list) => (YamlMappingNode)Assert.Single((YamlSequenceNode)node[list]);
}
