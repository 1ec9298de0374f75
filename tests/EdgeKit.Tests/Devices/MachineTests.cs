using EdgeKit.Devices;
using Xunit;

namespace EdgeKit.Tests.Devices;

public sealed class MachineTests
{
    [Theory]
    [InlineData("AMD EPYC", 2)]
    [InlineData("Intel(R) Xeon(R) Processor @ 2.80GHz", 3)]
    public void The_processor_takes_a_second_line_where_the_first_would_be_longer_than_a_terminal(string cpu, int lines)
    {
        string[] text = new Machine(cpu, 2, null, "Debian GNU/Linux 12 (bookworm)", "x64", "10.0.12", ["avx2", "fma", "avx512f", "avx512bw"]).ToString().Split('\n');
        Assert.Equal(lines, text.Length);
        Assert.All(text, static line => Assert.InRange(line.Length, 1, 80));
    }
}
