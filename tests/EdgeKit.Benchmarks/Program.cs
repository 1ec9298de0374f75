using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using EdgeKit.Benchmarks;
using EdgeKit.Runtime.Kernels;
using Perfolizer.Horology;

// In this process: what is measured is native code on native memory, which no other setting of the runtime changes; and nothing has to be restored and built once more.
// A job of the command line takes the place of this one; BenchmarkDotNet would run both.
IConfig config = args.Contains("--job") ? DefaultConfig.Instance : DefaultConfig.Instance
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithIterationTime(TimeInterval.FromMilliseconds(50)).WithWarmupCount(1).WithIterationCount(7));
config = config
    .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared))
    .AddColumn(
        new CaseColumn("Kernel", static (c, _) => KernelRegistry.NameOf(c.Kernel)),
        new CaseColumn("Shape", static (c, _) => c.Shape),
        new CaseColumn("GMAC/s", static (c, ns) => (c.Macs / ns).ToString("F1", CultureInfo.InvariantCulture)))
    .HideColumns("Method", nameof(GemmBenchmarks.Case), "Error", "StdDev", "Median");
Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(GemmBenchmarks).Assembly).Run(args, config)];
return summaries.All(static s => s.Reports.Length > 0 && s.Reports.All(static r => r.Success)) ? 0 : 1;
