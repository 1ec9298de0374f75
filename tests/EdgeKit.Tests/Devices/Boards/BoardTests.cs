using EdgeKit.Devices.Boards;
using Xunit;

namespace EdgeKit.Tests.Devices.Boards;

public class BoardTests
{
    [Fact]
    public void A_Raspberry_Pi_4_is_read_and_its_firmware_tells_what_slows_it()
    {
        using FakeSystem system = FakeSystem.Pi4();
        BoardReader reader = system.Reader();
        Board board = reader.Read();
        Assert.Equal(("Raspberry Pi 4 Model B Rev 1.4", "ondemand", "6.6.31-v8", "Debian GNU/Linux 12 (bookworm)", "2.36"), (board.Model, board.Governor, board.Kernel, board.Os, board.CLibrary));
        Assert.Equal("4 x Cortex-A72 at 1800 MHz", board.Processors);
        Assert.Equal((8062000L << 10, null), (board.MemoryBytes, board.PowerMode));
        BoardReading reading = reader.Look([0, 3]);
        Assert.Equal((1800, 54.25, "cpu-thermal"), (reading.Mhz, reading.Celsius, reading.Zone));
        Assert.Equal((null, null), (reading.Throttle.Now, reading.Throttle.Ever));
        system.Write("/sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n").Write("/sys/devices/system/cpu/cpu3/cpufreq/scaling_cur_freq", "600000\n");
        BoardReading later = reader.Look([0, 3]);
        Assert.Equal((600, "under-voltage, throttled", "under-voltage, throttled"), (later.Mhz, later.Throttle.Now, later.Throttle.Ever));
        Assert.Equal("under-voltage, throttled", later.Throttle.Since(reading.Throttle));
        Assert.Null(reader.Power);
    }

    [Fact]
    public void A_Raspberry_Pi_5_tells_flags_and_power_by_its_program_and_a_fan_is_no_throttling()
    {
        if (!OperatingSystem.IsLinux()) return;
        using FakeSystem system = FakeSystem.Pi5();
        BoardReader reader = system.Reader();
        Assert.Equal("4 x Cortex-A76 at 2400 MHz", reader.Read().Processors);
        ThrottleState state = reader.Look([0]).Throttle;
        Assert.Equal((0x50000u, null, "under-voltage, throttled"), (state.Flags, state.Now, state.Ever));
        Assert.Null(state.Since(state));
        Assert.Equal("PMIC", reader.Power?.Name);
        // The 5 V input has a voltage and no current.
        Assert.Equal(0.1 * 3.7 + 1.5 * 0.8, reader.Power!.Watts()!.Value, 1e-9);
        system.Program("vcgencmd", "exit 1");
        Assert.Null(reader.Look([0]).Throttle.Flags);
        Assert.Null(reader.Power.Watts());
    }

    [Fact]
    public void A_Jetson_tells_its_mode_its_power_and_its_over_currents()
    {
        using FakeSystem system = FakeSystem.Orin();
        BoardReader reader = system.Reader();
        Board board = reader.Read();
        Assert.Equal(("6 x Cortex-A78AE at 1510 MHz", "7W"), (board.Processors, board.PowerMode));
        BoardReading reading = reader.Look([0]);
        // A zone that is switched off says -256 degrees.
        Assert.Equal((54.25, "cpu-thermal", 7), (reading.Celsius, reading.Zone, reading.Throttle.Events));
        Assert.Equal(("INA3221", 6), (reader.Power?.Name, reader.Power?.Watts()));
        system.Write("/sys/class/hwmon/hwmon2/oc1_event_cnt", "2\n");
        Assert.Equal("the hardware held the clock down 2 times", reader.Look([0]).Throttle.Since(reading.Throttle));
        system.Write("/sys/class/thermal/cooling_device0/cur_state", "1\n");
        Assert.Equal("held down by cpufreq-cpu0", reader.Look([0]).Throttle.Now);
        system.Write("/var/lib/nvpmodel/status", "pmode:0005");
        Assert.Equal("mode 5", reader.Read().PowerMode);
    }

    [Fact]
    public void What_a_virtual_machine_does_not_tell_is_not_known()
    {
        using FakeSystem system = FakeSystem.Virtual();
        BoardReader reader = system.Reader(cLibrary: null);
        Board board = reader.Read();
        Assert.Equal("Standard PC (Q35 + ICH9, 2009), 2 x AMD EPYC", board.Identity);
        Assert.Equal((null, null, null, null, null, null), (board.Governor, board.PowerMode, board.MemoryBytes, board.Kernel, board.Os, board.CLibrary));
        BoardReading reading = reader.Look([0, 1]);
        Assert.Equal((null, null, null), (reading.Mhz, reading.Celsius, reading.Throttle.Flags));
        Assert.Null(reader.Power);
        using var nothing = new FakeSystem();
        Assert.Equal("a board that is not known, ", nothing.Reader().Read().Identity);
        Assert.Null(nothing.Reader().Look([0]).Throttle.Now);
    }

    [Fact]
    public void Cores_of_several_kinds_are_told_by_their_identification_registers_and_unknown_ones_by_their_numbers()
    {
        using var system = new FakeSystem();
        foreach ((int core, string midr, string mhz) in ((int, string, string)[])[(0, "0x00000000412fd050", "1800000"), (1, "0x00000000412fd050", "1800000"), (10, "0x00000000414fd0b0", "2400000"), (11, "0x0000000048aabcd0", "2400000")])
            system.Write($"/sys/devices/system/cpu/cpu{core}/regs/identification/midr_el1", midr + "\n").Write($"/sys/devices/system/cpu/cpu{core}/cpufreq/cpuinfo_max_freq", mhz + "\n");
        Assert.Equal("2 x Cortex-A55 at 1800 MHz + 1 x Cortex-A76 at 2400 MHz + 1 x implementer 0x48, part 0xbcd at 2400 MHz", system.Reader().Read().Processors);
    }

    [Fact]
    public void Files_that_are_folders_huge_or_malformed_are_not_known()
    {
        using FakeSystem system = FakeSystem.Pi4();
        system.Remove("/proc/device-tree/model");
        Directory.CreateDirectory(system.At("/proc/device-tree/model"));
        system.Write("/sys/class/thermal/thermal_zone0/temp", "hot\n").Write("/sys/devices/platform/soc/soc:firmware/get_throttled", "zzz\n")
            .Write("/proc/cpuinfo", new string('x', 3 << 20)).Write("/proc/meminfo", "MemTotal: much\n");
        Board board = system.Reader().Read();
        Assert.Equal((null, null, 4), (board.Model, board.MemoryBytes, board.Cores.Count));
        Assert.All(board.Cores, static c => Assert.Null(c.Kind));
        BoardReading reading = system.Reader().Look([0]);
        Assert.Equal((null, null), (reading.Celsius, reading.Throttle.Flags));
    }
}
