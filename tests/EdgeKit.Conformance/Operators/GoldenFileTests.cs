using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Testing;
using EdgeKit.Testing.Operators;
using Xunit;

namespace EdgeKit.Conformance.Operators;

/// <summary>The golden file of operators holds what ONNX Runtime computes. EDGEKIT_WRITE_GOLDEN=1 (tests/write-golden) writes it anew.</summary>
public class GoldenFileTests
{
    [OrtFact]
    public void Golden_file_is_up_to_date()
    {
        string path = GoldenFile.PathOf("operators.bin.gz");
        if (Environment.GetEnvironmentVariable("EDGEKIT_WRITE_GOLDEN") == "1")
        {
            var outputs = OperatorCases.Names.ToDictionary(static name => name, static name =>
            {
                OperatorCase test = OperatorCases.Create(name);
                return OrtOracle.Run(test.Graph, test.Feeds);
            });
            new GoldenFile($"ONNX Runtime {OrtLibrary.Load().Version}", outputs).Write(path);
        }
        GoldenFile golden = GoldenFile.Read(path);
        Assert.Equal(OperatorCases.Names, golden.Outputs.Keys);
        Assert.InRange(new FileInfo(path).Length, 1, 700_000);
    }
}
