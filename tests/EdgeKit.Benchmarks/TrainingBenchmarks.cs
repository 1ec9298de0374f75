using BenchmarkDotNet.Attributes;
using EdgeKit.Onnx;
using EdgeKit.Training;

namespace EdgeKit.Benchmarks;

/// <summary>A step's gradients beside three forward passes of the same batch on the same engine, one thread: work that is in both counts about three times in a step.</summary>
public class TrainingBenchmarks
{
    private TrainingNetwork _network = null!;
    private Tensor _batch = null!;
    private Dictionary<string, Tensor> _slopes = null!;

    /// <summary>The network.</summary>
    [Params("resnet-8", "mobilenet-v2")]
    public string Network { get; set; } = "";

    /// <summary>What is measured.</summary>
    [Params("three forward passes", "forward and backward")]
    public string Work { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        const int Batch = 8;
        Graph graph = Zoo.Create(Network, new ZooOptions { Size = Network == "resnet-8" ? 32 : 128, Classes = 10 });
        int[] dims = graph.Inputs[0].Dims;
        var random = new Random(1);
        _batch = Tensor.Of([.. Enumerable.Range(0, Batch * dims[1] * dims[2] * dims[3]).Select(_ => random.NextSingle() - 0.5f)], Batch, dims[1], dims[2], dims[3]);
        _network = new TrainingNetwork(graph, new NetworkOptions { Threads = 1 });
        _network.Forward(_batch, NetworkMode.Inference);
        _slopes = _network.Outputs.ToDictionary(static o => o, _network.Read);
    }

    [Benchmark]
    public void Run()
    {
        if (Work == "three forward passes")
        {
            for (int i = 0; i < 3; i++) _network.Forward(_batch, NetworkMode.Inference);
            return;
        }
        _network.Forward(_batch, NetworkMode.Training);
        _network.ClearGradients();
        _network.Backward(_slopes);
    }
}
