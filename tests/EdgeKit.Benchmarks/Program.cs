using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using EdgeKit.Benchmarks;
using EdgeKit.Runtime.Kernels;
using Perfolizer.Horology;

// In this process: what is measured is native code on native memory, which no other setting of the runtime changes; and nothing has to be restored and built once more.
IConfig config = DefaultConfig.Instance
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithIterationTime(TimeInterval.FromMilliseconds(50)).WithWarmupCount(1).WithIterationCount(7))
    .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared))
    .AddColumn(
        new CaseColumn("Kernel", static (c, _) => KernelRegistry.NameOf(c.Kernel)),
        new CaseColumn("Shape", static (c, _) => c.Shape),
        new CaseColumn("GMAC/s", static (c, ns) => (c.Macs / ns).ToString("F1", CultureInfo.InvariantCulture)))
    .HideColumns("Method", nameof(GemmBenchmarks.Case), "Error", "StdDev", "Median");
BenchmarkSwitcher.FromAssembly(typeof(GemmBenchmarks).Assembly).Run(args, config);
