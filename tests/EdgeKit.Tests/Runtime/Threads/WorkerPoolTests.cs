using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime.Threads;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Many_runs_give_the_result_of_one_and_allocate_nothing(int threads)
    {
        float[] x = RandomValues.Floats(new Random(32), 50_000);
        using var harness = new OperatorHarness { Threads = threads, Repeat = 500 };
        harness.Tensor(x, [50_000]);
        harness.Output<float>([50_000]);
        Assert.Equal(Array.ConvertAll(x, static v => -v), harness.Run<float, UnaryParameters>(OperatorKind.Unary, new UnaryParameters { Function = UnaryFunction.Neg }));
        Assert.Equal(0, harness.Allocated);
    }

    [Fact]
    public void Pools_come_and_go()
    {
        for (int i = 0; i < 50; i++)
        {
            var pool = new WorkerPool(ThreadPlacement.Anywhere(3));
            pool.Dispose();
            pool.Dispose();
        }
    }
}
