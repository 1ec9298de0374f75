using System.Xml.Linq;
using Xunit;

namespace EdgeKit.Tests.Architecture;

/// <summary>
/// Holds the one direction of dependencies: Onnx &lt;- Compiler -> Runtime; Quantization, Pruning, Training -> Onnx, Compiler, Runtime;
/// Devices -> Imaging -> Runtime; nothing -> Cli or Agent; only Cli, Agent and tests -> an adapter; Runtime references nothing.
/// </summary>
public class DependencyDirectionTests
{
    private static readonly string[] Programs = ["Cli", "Agent"];
    private static readonly string[] Adapters = ["Runtime.OnnxRuntime", "Imaging.ImageSharp", "Devices.Iot"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Runtime"] = [],
        ["Onnx"] = [],
        ["Imaging"] = ["Runtime"],
        ["Compiler"] = ["Onnx", "Runtime"],
        ["Statistics"] = ["Onnx", "Compiler", "Runtime"],
        ["Quantization"] = ["Statistics", "Onnx", "Compiler", "Runtime"],
        ["Pruning"] = ["Statistics", "Onnx", "Compiler", "Runtime"],
        ["Training"] = ["Onnx", "Compiler", "Runtime"],
        ["Devices"] = ["Imaging"],
        ["Runtime.OnnxRuntime"] = ["Runtime"],
        ["Imaging.ImageSharp"] = ["Imaging"],
        ["Devices.Iot"] = ["Devices", "Imaging"],
    };

    public static TheoryData<string> SourceProjects => [.. Repository.Projects("src").Select(Repository.ShortName)];

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void Project_refers_only_to_what_lies_below_it(string project)
    {
        string[] references = Repository.References(Repository.Projects("src").Single(p => Repository.ShortName(p) == project));
        if (Programs.Contains(project)) Assert.Empty(references.Intersect(Programs));
        else Assert.Empty(references.Except(Allowed[project]));
    }

    [Fact]
    public void Every_adapter_is_there_and_says_which_package_it_adapts()
        => Assert.All(Adapters, adapter =>
        {
            XDocument project = XDocument.Load(Repository.Projects("src").Single(p => Repository.ShortName(p) == adapter));
            Assert.Single(project.Descendants("VendorPackage"));
            Assert.Empty(project.Descendants("PackageReference"));
        });

    [Fact]
    public void Runtime_and_what_the_agent_is_made_of_use_no_package()
        => Assert.All(["Runtime", "Imaging", "Devices"], (string name) =>
            Assert.Empty(XDocument.Load(Repository.Projects("src").Single(p => Repository.ShortName(p) == name)).Descendants("PackageReference")));

    [Fact]
    public void Every_package_is_listed_with_its_reason()
    {
        XElement[] versions = [.. XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")];
        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.True(version.PreviousNode is XComment, $"{version.Attribute("Include")!.Value} has no comment above it"));
    }

    [Fact]
    public void Every_package_listed_is_used()
    {
        string[] projectFiles = [.. Repository.Projects("src"), .. Repository.Projects("tests"), Path.Combine(Repository.Root, "Directory.Build.props")];
        HashSet<string> used = [.. projectFiles.SelectMany(file =>
        {
            XDocument project = XDocument.Load(file);
            return project.Descendants("PackageReference").Select(r => r.Attribute("Include")!.Value)
                .Concat(project.Descendants("VendorPackage").Select(v => v.Value));
        })];
        IEnumerable<string> listed = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion").Select(v => v.Attribute("Include")!.Value);
        Assert.Empty(used.Except(listed));
        Assert.Empty(listed.Except(used));
    }
}
