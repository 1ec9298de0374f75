using EdgeKit.Runtime.Execution;
using Xunit;

namespace EdgeKit.Tests.Runtime.Threads;

public sealed class CoresTests
{
    [Theory]
    [InlineData("0", new[] { 0 })]
    [InlineData("4-7", new[] { 4, 5, 6, 7 })]
    [InlineData("6, 0-2,1", new[] { 6, 0, 1, 2 })]
    [InlineData("3-3", new[] { 3 })]
    public void Lists_of_cores(string text, int[] cores)
    {
        Assert.True(CoreList.TryParse(text, out int[] found));
        Assert.Equal(cores, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("1,")]
    [InlineData("-1")]
    [InlineData("2-1")]
    [InlineData("1-")]
    [InlineData("0-99999999")]
    [InlineData("1024")]
    public void Not_lists_of_cores(string text) => Assert.False(CoreList.TryParse(text, out _));

    [Fact]
    public void Capacities_decide_before_clock_rates()
    {
        CoreTopology cores = Topology(("cpu_capacity", [400, 400, 1024, 900]), ("cpufreq/cpuinfo_max_freq", [9, 8, 7, 6]));
        Assert.Equal([(2, 1024), (3, 900), (0, 400), (1, 400)], cores.Cores);
        Assert.True(cores.IsUnequal);
        Assert.Equal([2, 3], cores.Big);
    }

    [Fact]
    public void Clock_rates_decide_where_there_are_no_capacities()
    {
        CoreTopology cores = Topology(("cpufreq/cpuinfo_max_freq", [1_800_000, 2_400_000]));
        Assert.Equal([1], cores.Big);
    }

    [Fact]
    public void What_is_not_known_of_all_cores_is_not_used()
    {
        CoreTopology cores = Topology(("cpu_capacity", [400, 0, 1024]));
        Assert.False(cores.IsUnequal);
        Assert.Equal([0, 1, 2], cores.Big);
    }

    [Fact]
    public void This_machine_has_the_cores_of_this_process() =>
        Assert.Equal(ThreadAffinity.Get().Order(), CoreTopology.Read().Cores.Select(static c => c.Core).Order());

    [Fact]
    public void Threads_stay_on_big_cores_while_there_are_enough()
    {
        CoreTopology cores = Topology(("cpu_capacity", [500, 500, 1000, 1000]));
        ThreadPlacement two = ThreadPlacement.Of(2, null, cores);
        Assert.All(two.Cores, static c => Assert.Equal([2, 3], c));
        Assert.Equal([1, 1], two.Capacities);
        ThreadPlacement three = ThreadPlacement.Of(3, null, cores);
        Assert.Equal([[2], [3], [0]], three.Cores);
        Assert.Equal([1000, 1000, 500], three.Capacities);
    }

    [Fact]
    public void Chosen_cores_are_taken_in_their_order()
    {
        ThreadPlacement placement = ThreadPlacement.Of(3, [3, 0], Topology(("cpu_capacity", [500, 500, 1000, 1000])));
        Assert.Equal([[3], [0], [3]], placement.Cores);
        Assert.Equal([1000, 500, 1000], placement.Capacities);
    }

    [Fact]
    public void Equal_cores_are_left_to_the_system() => Assert.All(ThreadPlacement.Of(2, null, Topology()).Cores, Assert.Empty);

    [Fact]
    public void A_placement_has_at_least_the_callers_thread() =>
        Assert.Throws<ArgumentOutOfRangeException>(static () => ThreadPlacement.Of(0, null, Topology()));

    [Fact]
    public void A_thread_goes_where_it_is_told()
    {
        if (!OperatingSystem.IsLinux()) return;
        int last = ThreadAffinity.Get()[^1];
        int[] found = [];
        bool done = false;
        var thread = new Thread(() =>
        {
            done = ThreadAffinity.Set([last]);
            found = ThreadAffinity.Get();
        });
        thread.Start();
        thread.Join();
        Assert.True(done);
        Assert.Equal([last], found);
        Assert.False(ThreadAffinity.Set([ThreadAffinity.MaxCores]));
    }

    /// <summary>As many cores as values, at least four, from a folder like Linux's.</summary>
    private static CoreTopology Topology(params (string File, int[] Values)[] files)
    {
        string folder = Directory.CreateTempSubdirectory("edgekit-cores-").FullName;
        try
        {
            foreach ((string file, int[] values) in files)
            {
                for (int i = 0; i < values.Length; i++)
                {
                    string path = Path.Combine(folder, $"cpu{i}", file);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    if (values[i] > 0) File.WriteAllText(path, $"{values[i]}\n");
                }
            }
            return CoreTopology.Read([.. Enumerable.Range(0, files.Length == 0 ? 4 : files[0].Values.Length)], folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
