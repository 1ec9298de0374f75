using EdgeKit.Devices;

namespace EdgeKit.Agent.Doctoring;

/// <summary>Checks of the camera that the settings name, or else of those that are there.</summary>
internal static class CameraChecks
{
    private const string Check = "camera";

    private static readonly string[] Raw = ["YUYV", "NV12", "RGB3", "GREY"], Jpeg = ["MJPG", "JPEG"];

    /// <summary>The findings.</summary>
    /// <param name="patient">The machine.</param>
    /// <param name="camera">What the settings name; null for nothing.</param>
    /// <param name="format">The format that they insist on; null for none.</param>
    public static IEnumerable<Finding> Of(Patient patient, string? camera, string? format)
    {
        var findings = new List<Finding>();
        bool needsJpeg = format == "mjpg" || camera?.EndsWith(".mjpeg", StringComparison.OrdinalIgnoreCase) == true;
        string kind = camera?.Split(':')[0] ?? "";
        if (kind == "csi") findings.Add(RaspberryPi(patient));
        else if (kind == "jetson") findings.AddRange(Jetson(patient));
        else if (camera?.StartsWith("/dev/", StringComparison.Ordinal) == true) findings.Add(Node(patient, camera, ref needsJpeg));
        else if (camera is not null) findings.Add(Finding.Ok(Check, $"{camera}: no device"));
        else findings.AddRange(Nodes(patient, ref needsJpeg));
        findings.Add(JpegLibrary(patient, needsJpeg));
        return findings;
    }

    private static Finding RaspberryPi(Patient patient) =>
        (patient.Files.Program("rpicam-vid") ?? patient.Files.Program("libcamera-vid")) is { } program ? Finding.Ok(Check, $"ribbon cable, by {Path.GetFileName(program)}")
            : Finding.Fail(Check, "a ribbon cable is read by rpicam-vid, which is not installed", "sudo apt install rpicam-apps-lite");

    private static IEnumerable<Finding> Jetson(Patient patient)
    {
        yield return patient.Files.Program("gst-launch-1.0") is not null ? Finding.Ok(Check, "ribbon cable, by GStreamer")
            : Finding.Fail(Check, "a ribbon cable is read by gst-launch-1.0, which is not installed", "sudo apt install gstreamer1.0-tools");
        const string plugin = "gstreamer-1.0/libgstnvarguscamerasrc.so";
        yield return patient.Library(plugin) is not null ? Finding.Ok("camera plug-in", "nvarguscamerasrc")
            : Finding.Fail("camera plug-in", "GStreamer has no nvarguscamerasrc", "sudo apt install nvidia-l4t-gstreamer");
    }

    private static List<Finding> Nodes(Patient patient, ref bool needsJpeg)
    {
        string[] nodes = patient.Files.Entries("/dev", "video*");
        if (nodes.Length == 0) return [Finding.Warn(Check, "there is no /dev/video*, and no settings name another", "plug one in, or name one: camera = csi in the settings")];
        var findings = new List<Finding>();
        foreach (string node in nodes) findings.Add(Node(patient, node, ref needsJpeg));
        // Nodes that take no pictures, such as those for metadata and codecs, are no matter where one does.
        return findings.Exists(static f => f.Level == FindingLevel.Ok) ? findings.FindAll(static f => f.Level == FindingLevel.Ok) : findings;
    }

    private static Finding Node(Patient patient, string node, ref bool needsJpeg)
    {
        string path = patient.Files.PathOf(node);
        if (!Path.Exists(path)) return Finding.Fail(Check, $"{node} is not there", "ls /dev/video*   # plug it in, or name another in the settings");
        if (!patient.MayOpen(path)) return Finding.Fail(Check, $"{node}: {patient.User} may not open it", $"sudo usermod -aG video {patient.User}   # then log in anew");
        string[] formats;
        try
        {
            formats = patient.Formats(path);
        }
        catch (DeviceException e) when (e.Fault == DeviceFault.Busy)
        {
            return Finding.Ok(Check, $"{node} is in use");
        }
        catch (DeviceException e)
        {
            return Finding.Fail(Check, e.Message.Replace(path, node, StringComparison.Ordinal), "ls /dev/video*   # name another in the settings");
        }
        bool isRaw = Array.Exists(formats, Raw.Contains), isJpeg = Array.Exists(formats, Jpeg.Contains);
        if (!isRaw && !isJpeg)
            return Finding.Fail(Check, $"{node} delivers {(formats.Length > 0 ? string.Join(", ", formats) : "nothing")}, which is not read", "name csi (Raspberry Pi) or jetson in the settings, or another node");
        needsJpeg |= !isRaw;
        return Finding.Ok(Check, $"{node} delivers {string.Join(", ", formats)}");
    }

    private static Finding JpegLibrary(Patient patient, bool isNeeded)
    {
        if (patient.Library("libturbojpeg.so.0", "libjpeg.so.62", "libjpeg.so.8") is { } library) return Finding.Ok("JPEG", Path.GetFileName(library));
        const string mend = "sudo apt install libturbojpeg0";
        return isNeeded ? Finding.Fail("JPEG", "the camera delivers JPEG, and there is no libturbojpeg", mend) : Finding.Warn("JPEG", "there is no libturbojpeg: JPEG cannot be read", mend);
    }
}
