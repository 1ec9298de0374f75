using EdgeKit.Devices;
using EdgeKit.Devices.Slots;

namespace EdgeKit.Agent.Doctoring;

/// <summary>Checks of what the service needs: models, their signatures, room, a clock that is right, and the service itself.</summary>
internal static class ServiceChecks
{
    private const string Unit = "edgekit-agent.service";
    private const long LeastRoom = 32 << 20;

    public static IEnumerable<Finding> Of(Patient patient)
    {
        bool hasKey = patient.Files.Has(ModelSlots.SystemKey);
        bool hasSsl = patient.Library("libssl.so.3", "libssl.so.1.1") is not null;
        yield return Ssl(hasSsl, hasKey || patient.Slots is not null);
        yield return hasKey ? Finding.Ok("key", $"{ModelSlots.SystemKey}: only models that are signed with it are run")
            : Finding.Warn("key", "none: a model of anyone's is run", $"sudo install -m 644 key.pem {ModelSlots.SystemKey}   # docs/devices.md makes one");
        if (patient.Slots is { } slots)
        {
            yield return Room(patient, slots);
            // Without that library .NET would end the program.
            if (hasSsl) yield return Models(patient, slots);
        }
        yield return Clock(patient);
        yield return Service(patient);
    }

    private static Finding Ssl(bool isThere, bool isNeeded)
    {
        if (isThere) return Finding.Ok("OpenSSL", "libssl is there");
        const string mend = "sudo apt install libssl3 || sudo apt install libssl1.1";
        return isNeeded ? Finding.Fail("OpenSSL", "there is no libssl, by which models are checked", mend) : Finding.Warn("OpenSSL", "there is no libssl: models in slots cannot be checked", mend);
    }

    private static Finding Room(Patient patient, string slots)
    {
        long largest = 0;
        foreach (string slot in (string[])["a", "b"])
        {
            if (new FileInfo(patient.Files.PathOf($"{slots}/{slot}/model.ekm")) is { Exists: true } model) largest = Math.Max(largest, model.Length);
        }
        long needed = largest > 0 ? 2 * largest : LeastRoom;
        string folder = slots;
        while (folder.Length > 1 && !patient.Files.Has(folder)) folder = Path.GetDirectoryName(folder) ?? "/";
        if (patient.FreeBytes(patient.Files.PathOf(folder)) is not { } free) return Finding.Ok("disk", $"{folder}: not known");
        string text = $"{BoardChecks.Size(free)} free for models";
        return free >= needed ? Finding.Ok("disk", text) : Finding.Fail("disk", $"{text}; an update needs {BoardChecks.Size(needed)}", "sudo apt clean; sudo journalctl --vacuum-size=50M");
    }

    private static Finding Models(Patient patient, string slots)
    {
        string folder = patient.Files.PathOf(slots), store = $"sudo -u edgekit edgekit-agent update --slots {slots} --from MODEL.ekm";
        try
        {
            if (Directory.Exists(Path.GetDirectoryName(folder))) _ = Directory.GetFileSystemEntries(Path.GetDirectoryName(folder)!);
            var models = new ModelSlots(folder, [patient.Files.PathOf(ModelSlots.SystemKey), Path.Combine(folder, "key.pem")], new DurableFiles());
            if (models.Current() is not { } current) return Finding.Warn("models", $"{slots}: none is stored", store);
            string other = current.Slot == 'a' ? "b" : "a", trial = current.IsOnTrial ? ", on trial" : "";
            string? problem = models.ProblemOf(current.Slot), otherProblem = models.ProblemOf(other[0]);
            if (problem is null) return Finding.Ok("models", $"slot {current.Slot} is used{trial}; slot {other} {otherProblem ?? "is whole"}");
            return otherProblem is null ? Finding.Warn("models", $"slot {current.Slot} {problem}; slot {other} will take its place", store)
                : Finding.Fail("models", $"slot {current.Slot} {problem}, slot {other} {otherProblem}", store);
        }
        catch (UnauthorizedAccessException)
        {
            return Finding.Warn("models", $"{slots}: {patient.User} may not look there", "sudo edgekit-agent doctor");
        }
        catch (Exception e) when (e is SlotException or IOException)
        {
            return Finding.Fail("models", e.Message, store);
        }
    }

    private static Finding Clock(Patient patient)
    {
        if (patient.Files.Has("/run/systemd/timesync/synchronized")) return Finding.Ok("clock", "kept right by systemd-timesyncd");
        return patient.IsClockRight() switch
        {
            true => Finding.Ok("clock", "kept right"),
            false => Finding.Warn("clock", "nothing keeps it right: times in logs are worth little", "sudo timedatectl set-ntp true"),
            null => Finding.Warn("clock", "not known whether anything keeps it right", "timedatectl"),
        };
    }

    private static Finding Service(Patient patient)
    {
        string[] folders = ["/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"];
        if (!Array.Exists(folders, f => patient.Files.Has($"{f}/{Unit}"))) return Finding.Warn("service", "not installed", "deploy/deb/build, then: sudo apt install ./edgekit-agent_*.deb");
        return patient.Files.Has($"/etc/systemd/system/multi-user.target.wants/{Unit}") ? Finding.Ok("service", "starts with the machine")
            : Finding.Warn("service", "does not start with the machine", $"sudo systemctl enable --now {Unit[..^".service".Length]}");
    }
}
