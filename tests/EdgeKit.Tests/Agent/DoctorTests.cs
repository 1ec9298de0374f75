using System.Text.Json;
using EdgeKit.Agent;
using EdgeKit.Agent.Doctoring;
using EdgeKit.Devices;
using EdgeKit.Devices.Slots;
using EdgeKit.Tests.Devices;
using EdgeKit.Tests.Devices.Boards;
using Xunit;

namespace EdgeKit.Tests.Agent;

public sealed class DoctorTests : IDisposable
{
    private const string Settings = "/etc/edgekit/agent.conf", Slots = "/var/lib/edgekit/slots", Unit = "edgekit-agent.service";

    private readonly FakeSystem _system = FakeSystem.Pi4();

    public DoctorTests() => _system.Write("/usr/lib/aarch64-linux-gnu/libturbojpeg.so.0", "").Write("/usr/lib/aarch64-linux-gnu/libssl.so.3", "").Write("/dev/video0", "").Write(Settings, "camera = /dev/video0\n")
        .Write("/run/systemd/timesync/synchronized", "").Write($"/lib/systemd/system/{Unit}", "").Write($"/etc/systemd/system/multi-user.target.wants/{Unit}", "");

    public void Dispose() => _system.Dispose();

    [Fact]
    public void A_board_that_has_everything_is_well()
    {
        for (int i = 0; i < 4; i++) _system.Write($"/sys/devices/system/cpu/cpu{i}/cpufreq/scaling_governor", "performance\n");
        _system.Write("/agent", "");
        File.WriteAllBytes(_system.At("/agent"), ElfVersionsTests.Elf("GLIBC_2.34"));
        IReadOnlyList<Finding> findings = Doctor.Look(Patient() with { Program = _system.At("/agent"), Slots = null });
        Assert.All(findings.Where(static f => f.Check != "key" && f.Check != "processor"), static f => Assert.Equal((f.Check, FindingLevel.Ok, null), (f.Check, f.Level, f.Mend)));
        Assert.Equal("glibc 2.36; the program needs 2.34", Found("C library", findings).Text);
        Assert.Equal("/dev/video0 delivers YUYV, MJPG", Found("camera", findings).Text);
        Assert.Equal("performance", Found("governor", findings).Text);
    }

    [Fact]
    public void Each_thing_that_is_wrong_with_the_board_is_told_with_what_mends_it()
    {
        File.WriteAllBytes(_system.At("/agent"), ElfVersionsTests.Elf("GLIBC_2.17", "GLIBC_2.38"));
        Expect("C library", FindingLevel.Fail, "glibc 2.36; the program needs 2.38", "deploy/deb/build", Patient() with { Program = _system.At("/agent") });
        Expect("governor", FindingLevel.Warn, "ondemand", "scaling_governor");
        _system.Write("/sys/class/thermal/thermal_zone0/temp", "81000\n");
        Expect("temperature", FindingLevel.Warn, "81 °C (cpu-thermal)", "heat sink");
        _system.Write("/sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n");
        Expect("throttling", FindingLevel.Fail, "under-voltage, throttled", "supply");
        _system.Write("/sys/devices/platform/soc/soc:firmware/get_throttled", "80000\n");
        Expect("throttling", FindingLevel.Warn, "since it was started: soft temperature limit", "cooling");
        _system.Write("/sys/devices/platform/soc/soc:firmware/get_throttled", "8\n");
        Expect("throttling", FindingLevel.Fail, "soft temperature limit", "cool the board");
        _system.Write("/proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 100000 kB\nSwapTotal: 500000 kB\nSwapFree: 100000 kB\n");
        Expect("memory", FindingLevel.Warn, "102 MB available of 1024 MB", "systemctl");
        Expect("swap", FindingLevel.Warn, "410 MB in use", "swapoff");
        Expect("processor", FindingLevel.Warn, "x64", "AVX2", Patient() with { Board = _system.Reader().Read() with { Architecture = "x64", Isa = [] } });
        Expect("processor", FindingLevel.Ok, "it has no dot product", null, Patient() with { Board = _system.Reader().Read() with { Architecture = "arm64", Isa = ["neon"] } });
    }

    [Fact]
    public void Each_fault_of_a_camera_is_told_with_what_mends_it()
    {
        Expect("camera", FindingLevel.Fail, "/dev/video0: pi may not open it", "usermod -aG video pi", Patient() with { MayOpen = static _ => false });
        Expect("camera", FindingLevel.Fail, "delivers RG10, which is not read", "csi", Patient() with { Formats = static _ => ["RG10"] });
        Expect("camera", FindingLevel.Ok, "is in use", null, Patient() with { Formats = static path => throw new DeviceException(DeviceFault.Busy, $"{path}: busy") });
        Expect("camera", FindingLevel.Fail, "/dev/video0: is no camera", "name another", Patient() with { Formats = static path => throw new DeviceException(DeviceFault.WrongFormat, $"{path}: is no camera") });
        _system.Remove("/usr/lib/aarch64-linux-gnu/libturbojpeg.so.0");
        Expect("JPEG", FindingLevel.Warn, "there is no libturbojpeg", "libturbojpeg0");
        Expect("JPEG", FindingLevel.Fail, "the camera delivers JPEG", "libturbojpeg0", Patient() with { Formats = static _ => ["MJPG"] });
        _system.Write(Settings, "camera = /dev/video0\nformat = mjpg\n");
        Expect("JPEG", FindingLevel.Fail, "the camera delivers JPEG", "libturbojpeg0");
        _system.Remove("/dev/video0");
        Expect("camera", FindingLevel.Fail, "/dev/video0 is not there", "plug it in");
        Expect("camera", FindingLevel.Warn, "there is no /dev/video*", "camera = csi", Patient() with { Settings = null });
        _system.Write(Settings, "camera = csi\n");
        Expect("camera", FindingLevel.Fail, "rpicam-vid, which is not installed", "rpicam-apps-lite");
        _system.Program("libcamera-vid", "exit 0");
        Expect("camera", FindingLevel.Ok, "by libcamera-vid", null);
        _system.Write(Settings, "camera = jetson:1\n");
        Expect("camera", FindingLevel.Fail, "gst-launch-1.0, which is not installed", "gstreamer1.0-tools");
        Expect("camera plug-in", FindingLevel.Fail, "no nvarguscamerasrc", "nvidia-l4t-gstreamer");
        _system.Program("gst-launch-1.0", "exit 0").Write("/usr/lib/aarch64-linux-gnu/gstreamer-1.0/libgstnvarguscamerasrc.so", "");
        Expect("camera", FindingLevel.Ok, "by GStreamer", null);
        Expect("camera plug-in", FindingLevel.Ok, "nvarguscamerasrc", null);
        _system.Write(Settings, "# nothing\ncamera /dev/video0\n");
        Expect("settings", FindingLevel.Fail, "/etc/edgekit/agent.conf:2: a line is \"name = value\"", "sudoedit /etc/edgekit/agent.conf");
    }

    [Fact]
    public void Of_several_nodes_the_one_that_takes_pictures_counts()
    {
        _system.Write("/dev/video1", "");
        Patient patient = Patient() with { Settings = null, Formats = static path => path.EndsWith('1') ? ["YUYV"] : throw new DeviceException(DeviceFault.WrongFormat, $"{path}: is no camera") };
        Assert.Equal("/dev/video1 delivers YUYV", Assert.Single(Doctor.Look(patient), static f => f.Check == "camera").Text);
    }

    [Fact]
    public void Each_fault_of_the_service_and_its_models_is_told_with_what_mends_it()
    {
        Expect("key", FindingLevel.Warn, "none", "/etc/edgekit/key.pem");
        Expect("models", FindingLevel.Warn, "none is stored", "update --slots");
        Expect("disk", FindingLevel.Fail, "1 MB free for models; an update needs 34 MB", "vacuum", Patient() with { FreeBytes = static _ => 1_000_000 });
        Expect("disk", FindingLevel.Ok, "not known", null, Patient() with { FreeBytes = static _ => null });
        string model = _system.At("/model.ekm");
        File.WriteAllBytes(model, new byte[1000]);
        var slots = new ModelSlots(_system.At(Slots), [_system.At("/etc/edgekit/key.pem")], new DurableFiles());
        slots.Update(model, static _ => { });
        Expect("models", FindingLevel.Ok, "slot a is used, on trial; slot b is empty", null);
        Expect("disk", FindingLevel.Ok, "free for models", null, Patient() with { FreeBytes = static _ => 1_000_000 });
        slots.Update(model, static _ => { });
        _system.Write($"{Slots}/b/model.ekm", "damaged");
        Expect("models", FindingLevel.Warn, "slot b is damaged: its SHA-256 is not that of its manifest; slot a will take its place", "update --slots");
        _system.Write($"{Slots}/a/manifest", "no");
        Expect("models", FindingLevel.Fail, "slot b is damaged", "update --slots");
        _system.Write("/etc/edgekit/key.pem", "no key");
        Expect("key", FindingLevel.Ok, "only models that are signed", null);
        Expect("models", FindingLevel.Fail, "no public key", "update --slots");
        _system.Remove("/usr/lib/aarch64-linux-gnu/libssl.so.3");
        Expect("OpenSSL", FindingLevel.Fail, "there is no libssl", "apt install libssl3");
        Assert.DoesNotContain(Doctor.Look(Patient()), static f => f.Check == "models");
        _system.Remove("/etc/edgekit/key.pem");
        Expect("OpenSSL", FindingLevel.Warn, "there is no libssl", "apt install libssl3", Patient() with { Slots = null });
        _system.Remove("/run/systemd/timesync/synchronized");
        Expect("clock", FindingLevel.Warn, "nothing keeps it right", "set-ntp", Patient() with { IsClockRight = static () => false });
        Expect("clock", FindingLevel.Warn, "not known", "timedatectl", Patient() with { IsClockRight = static () => null });
        Expect("clock", FindingLevel.Ok, "kept right", null, Patient() with { IsClockRight = static () => true });
        _system.Remove($"/etc/systemd/system/multi-user.target.wants/{Unit}");
        Expect("service", FindingLevel.Warn, "does not start with the machine", "systemctl enable --now edgekit-agent");
        _system.Remove($"/lib/systemd/system/{Unit}");
        Expect("service", FindingLevel.Warn, "not installed", "apt install");
    }

    [Fact]
    public void The_formats_of_a_camera_are_asked_of_its_driver()
    {
        using var camera = new FakeCamera { Formats = [("YUYV", [(640, 480)]), ("MJPG", [(640, 480)])] };
        Assert.Equal(["YUYV", "MJPG"], EdgeKit.Devices.V4l2.Negotiation.FormatNames(camera, "/dev/video0"));
        Assert.Equal((1, 1), (camera.Opened, camera.Closed));
    }

    [Fact]
    public void Lines_fit_80_columns_but_for_commands_and_a_failure_is_exit_code_1()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var output = new StringWriter();
        using var errors = new StringWriter();
        string settings = _system.At(Settings), slots = _system.At(Slots);
        _system.Write(Settings, "camera = /dev/video987\n");
        int code = CommandLine.Run(["doctor", "--settings", settings, "--slots", slots, "--json"], output, errors, CancellationToken.None);
        JsonElement json = JsonDocument.Parse(output.ToString()).RootElement;
        JsonElement camera = json.GetProperty("findings").EnumerateArray().Single(static f => f.GetProperty("check").GetString() == "camera");
        Assert.Equal(("fail", "/dev/video987 is not there", false), (camera.GetProperty("level").GetString(), camera.GetProperty("text").GetString(), json.GetProperty("ok").GetBoolean()));
        Assert.Equal(1, code);
        Assert.Contains("checks failed", errors.ToString(), StringComparison.Ordinal);
        string text = Doctor.ToText(Doctor.Look(Patient()));
        Assert.All(text.Split('\n').Where(static l => !l.StartsWith("      -> ", StringComparison.Ordinal)), static line => Assert.True(line.Length <= 80, line));
        Assert.Matches("^ok    processor ", text);
        Assert.Equal(2, CommandLine.Run(["doctor", "file"], TextWriter.Null, TextWriter.Null, CancellationToken.None));
    }

    [Fact]
    public void Help_of_the_agent_fits_80_columns_and_names_every_command()
    {
        using var output = new StringWriter();
        Assert.Equal(0, CommandLine.Run(["--help"], output, TextWriter.Null, CancellationToken.None));
        Assert.All(output.ToString().Split('\n'), static line => Assert.True(line.TrimEnd().Length <= 80, line));
        foreach (string command in (string[])["run", "watch", "camera", "update", "slots", "bench", "profile", "doctor", "kernels"]) Assert.Contains($"edgekit-agent {command} ", output.ToString(), StringComparison.Ordinal);
    }

    private Patient Patient() => new()
    {
        Files = _system.Files,
        Board = _system.Reader().Read(),
        Reading = _system.Reader().Look([0]),
        Program = null,
        Settings = Settings,
        Slots = Slots,
        User = "pi",
        MayOpen = static _ => true,
        Formats = static _ => ["YUYV", "MJPG"],
        FreeBytes = static _ => 1_000_000_000,
        IsClockRight = static () => true,
    };

    private void Expect(string check, FindingLevel level, string text, string? mend, Patient? patient = null)
    {
        Finding finding = Found(check, Doctor.Look(patient ?? Patient()));
        Assert.Equal((check, level), (check, finding.Level));
        Assert.Contains(text, finding.Text, StringComparison.Ordinal);
        if (mend is null) Assert.Null(finding.Mend);
        else Assert.Contains(mend, finding.Mend, StringComparison.Ordinal);
    }

    private static Finding Found(string check, IReadOnlyList<Finding> findings) => findings.First(f => f.Check == check);
}
