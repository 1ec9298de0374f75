using EdgeKit.Devices.Boards;

namespace EdgeKit.Tests.Devices.Boards;

/// <summary>A folder that stands for a machine's root and goes away with this object.</summary>
internal sealed class FakeSystem : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("edgekit-root-").FullName;

    public SystemFiles Files => new(_root);

    public string At(string path) => Files.PathOf(path);

    /// <summary>Writes a file, and the folders that it lies in.</summary>
    public FakeSystem Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), content);
        return this;
    }

    /// <summary>A program of the system: a shell script.</summary>
    public FakeSystem Program(string name, string script)
    {
        string path = $"/usr/bin/{name}";
        Write(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(At(path), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return this;
    }

    public void Remove(string path) => File.Delete(At(path));

    public BoardReader Reader(string? cLibrary = "2.36") => new(Files, () => cLibrary);

    /// <summary>A Raspberry Pi 4 that is well: its firmware's flags are a file.</summary>
    public static FakeSystem Pi4() => Arm("Raspberry Pi 4 Model B Rev 1.4", "0xd08", 4, 1_800_000, "ondemand")
        .Write("/sys/devices/platform/soc/soc:firmware/get_throttled", "0\n");

    /// <summary>A Raspberry Pi 5: flags and power by vcgencmd, and a fan that turns.</summary>
    public static FakeSystem Pi5() => Arm("Raspberry Pi 5 Model B Rev 1.0", "0xd0b", 4, 2_400_000, "ondemand")
        .Write("/sys/class/thermal/cooling_device0/type", "pwm-fan\n").Write("/sys/class/thermal/cooling_device0/cur_state", "2\n")
        .Program("vcgencmd", """
            case "$1" in
            get_throttled) echo throttled=0x50000 ;;
            pmic_read_adc) printf '   3V7_WL_SW_A current(0)=0.10000000A\n   VDD_CORE_A current(7)=1.50000000A\n   3V7_WL_SW_V volt(8)=3.70000000V\n   VDD_CORE_V volt(15)=0.80000000V\n   EXT5V_V volt(24)=5.15000000V\n' ;;
            *) exit 1 ;;
            esac
            """);

    /// <summary>A Jetson Orin Nano in a mode of 7 W.</summary>
    public static FakeSystem Orin() => Arm("NVIDIA Jetson Orin Nano Developer Kit", "0xd42", 6, 1_510_400, "schedutil")
        .Write("/sys/class/hwmon/hwmon1/name", "ina3221\n").Write("/sys/class/hwmon/hwmon1/in1_label", "VDD_IN\n").Write("/sys/class/hwmon/hwmon1/in1_input", "5000\n")
        .Write("/sys/class/hwmon/hwmon1/curr1_input", "1200\n").Write("/sys/class/hwmon/hwmon1/in2_label", "VDD_CPU_GPU_CV\n")
        .Write("/sys/class/hwmon/hwmon2/oc1_event_cnt", "0\n").Write("/sys/class/hwmon/hwmon2/oc3_event_cnt", "7\n")
        .Write("/sys/class/thermal/thermal_zone1/type", "gpu-thermal\n").Write("/sys/class/thermal/thermal_zone1/temp", "-256000\n")
        .Write("/sys/class/thermal/cooling_device0/type", "cpufreq-cpu0\n").Write("/sys/class/thermal/cooling_device0/cur_state", "0\n")
        .Write("/var/lib/nvpmodel/status", "pmode:0001").Write("/etc/nvpmodel.conf", "# modes\n< POWER_MODEL ID=0 NAME=15W >\nCPU_ONLINE CORE_0 1\n< POWER_MODEL ID=1 NAME=7W >\n");

    /// <summary>A virtual machine, which tells little.</summary>
    public static FakeSystem Virtual() => new FakeSystem()
        .Write("/sys/class/dmi/id/product_name", "Standard PC (Q35 + ICH9, 2009)\n")
        .Write("/sys/devices/system/cpu/cpu0/topology/core_id", "0\n").Write("/sys/devices/system/cpu/cpu1/topology/core_id", "1\n").Write("/sys/devices/system/cpu/cpufreq/boost", "1\n")
        .Write("/proc/cpuinfo", "processor\t: 0\nmodel name\t: AMD EPYC\n\nprocessor\t: 1\nmodel name\t: AMD EPYC\n");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static FakeSystem Arm(string model, string part, int cores, int kilohertz, string governor)
    {
        FakeSystem system = new FakeSystem().Write("/proc/device-tree/model", model + "\0")
            .Write("/sys/class/thermal/thermal_zone0/type", "cpu-thermal\n").Write("/sys/class/thermal/thermal_zone0/temp", "54250\n")
            .Write("/proc/meminfo", "MemTotal:        8062000 kB\nMemFree:         100 kB\nMemAvailable:    7000000 kB\nSwapTotal:       100000 kB\nSwapFree:        100000 kB\n")
            .Write("/proc/sys/kernel/osrelease", "6.6.31-v8\n").Write("/etc/os-release", "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
        for (int i = 0; i < cores; i++)
        {
            string folder = $"/sys/devices/system/cpu/cpu{i}/cpufreq";
            system.Write($"{folder}/scaling_cur_freq", $"{kilohertz}\n").Write($"{folder}/cpuinfo_max_freq", $"{kilohertz}\n").Write($"{folder}/scaling_governor", governor + "\n");
        }
        return system.Write("/proc/cpuinfo", string.Concat(Enumerable.Range(0, cores).Select(i => $"processor\t: {i}\nBogoMIPS\t: 108.00\nCPU implementer\t: 0x41\nCPU part\t: {part}\n\n")));
    }
}
