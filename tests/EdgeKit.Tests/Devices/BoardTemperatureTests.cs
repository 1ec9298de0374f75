using EdgeKit.Devices;
using Xunit;

namespace EdgeKit.Tests.Devices;

public sealed class BoardTemperatureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgekit-thermal-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_hottest_zone_of_the_processor_counts_and_others_only_without_one()
    {
        Assert.Null(BoardTemperature.Read(_folder));
        Assert.Null(BoardTemperature.Read(Path.Combine(_folder, "none")));
        AddZone(0, "gpu-thermal", "71500");
        Assert.Equal(71.5, BoardTemperature.Read(_folder));
        AddZone(1, "cpu-thermal", "48312");
        Assert.Equal(48.312, BoardTemperature.Read(_folder));
        AddZone(2, "CPU-therm", "50000");
        Assert.Equal(50, BoardTemperature.Read(_folder));
        AddZone(3, "cpu-broken", "none");
        Directory.CreateDirectory(Path.Combine(_folder, "thermal_zone4"));
        Assert.Equal(50, BoardTemperature.Read(_folder));
    }

    private void AddZone(int number, string type, string temperature)
    {
        string zone = Directory.CreateDirectory(Path.Combine(_folder, $"thermal_zone{number}")).FullName;
        File.WriteAllText(Path.Combine(zone, "type"), type + "\n");
        File.WriteAllText(Path.Combine(zone, "temp"), temperature + "\n");
    }
}
