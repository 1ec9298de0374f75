using EdgeKit.Devices.Boards;
using Xunit;

namespace EdgeKit.Tests.Devices.Boards;

public class ThermometerTests
{
    [Fact]
    public void The_hottest_zone_of_the_processor_counts_and_others_only_without_one()
    {
        using var system = new FakeSystem();
        Assert.Equal((null, null), Thermometer.Read(system.Files));
        AddZone(system, 0, "gpu-thermal", "71500");
        Assert.Equal(("gpu-thermal", 71.5), Thermometer.Read(system.Files));
        AddZone(system, 1, "cpu-thermal", "48312");
        Assert.Equal(("cpu-thermal", 48.312), Thermometer.Read(system.Files));
        AddZone(system, 2, "CPU-therm", "50000");
        Assert.Equal(("CPU-therm", 50), Thermometer.Read(system.Files));
        AddZone(system, 3, "cpu-broken", "none");
        system.Write("/sys/class/thermal/thermal_zone4/type", "cpu-silent\n");
        Assert.Equal(("CPU-therm", 50), Thermometer.Read(system.Files));
    }

    [Fact]
    public void Frost_counts_and_a_zone_that_is_off_does_not()
    {
        using var system = new FakeSystem();
        AddZone(system, 0, "cpu-thermal", "-256000");
        Assert.Equal((null, null), Thermometer.Read(system.Files));
        AddZone(system, 1, "x86_pkg_temp", "-12500");
        Assert.Equal(("x86_pkg_temp", -12.5), Thermometer.Read(system.Files));
    }

    private static void AddZone(FakeSystem system, int number, string type, string temperature) =>
        system.Write($"/sys/class/thermal/thermal_zone{number}/type", type + "\n").Write($"/sys/class/thermal/thermal_zone{number}/temp", temperature + "\n");
}
