using System.Reflection;
using EdgeKit.Tests.Architecture;
using Xunit;

namespace EdgeKit.Tests.Docs;

/// <summary>The public interface of the packages: a change shows in a page of docs/api, where it is meant, or here, where it is not.</summary>
public class ApiPageTests
{
    private static readonly string[] Names = ["Compiler", "Devices", "Imaging", "Onnx", "Pruning", "Quantization", "Runtime", "Statistics", "Training"];

    public static TheoryData<string> Packages => [.. Names];

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_page_is_that_of_the_assembly(string package)
    {
        string path = Path.Combine(Repository.Root, "docs", "api", $"EdgeKit.{package}.md");
        string page = ApiPage.Of(Assembly.Load($"EdgeKit.{package}"));
        if (Environment.GetEnvironmentVariable("EDGEKIT_WRITE_API") == "1") File.WriteAllText(path, page);
        Assert.True(File.Exists(path) && File.ReadAllText(path) == page, $"the public interface of EdgeKit.{package} has changed; if that is meant: EDGEKIT_WRITE_API=1 dotnet test tests/EdgeKit.Tests --filter ApiPage");
    }

    [Fact]
    public void Every_public_type_is_documented() => Assert.All(
        Names.SelectMany(static name => ApiPage.Types(Assembly.Load($"EdgeKit.{name}"))),
        static type => Assert.Contains($"name=\"{DocumentationId.Of(type)}\"", File.ReadAllText(Path.ChangeExtension(type.Assembly.Location, ".xml")), StringComparison.Ordinal));
}
