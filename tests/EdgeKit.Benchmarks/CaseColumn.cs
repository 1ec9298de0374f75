using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace EdgeKit.Benchmarks;

/// <summary>A column of the summary about the kernel or the shape.</summary>
/// <param name="name">Its head.</param>
/// <param name="text">From the case and its mean time in nanoseconds (NaN when it failed) to the text.</param>
internal sealed class CaseColumn(string name, Func<KernelCase, double, string> text) : IColumn
{
    public string Id => $"{nameof(CaseColumn)}.{name}";
    public string ColumnName => name;
    public bool AlwaysShow => true;
    public ColumnCategory Category => ColumnCategory.Params;
    public int PriorityInCategory => 0;
    public bool IsNumeric => false;
    public UnitType UnitType => UnitType.Dimensionless;
    public string Legend => name;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        text((KernelCase)benchmarkCase.Parameters[nameof(GemmBenchmarks.Case)], summary[benchmarkCase]?.ResultStatistics?.Mean ?? double.NaN);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.All(static c => c.Parameters.Items.Any(static p => p.Name == nameof(GemmBenchmarks.Case)));

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
}
