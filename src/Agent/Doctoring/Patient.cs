using EdgeKit.Devices.Boards;
using EdgeKit.Devices.V4l2;

namespace EdgeKit.Agent.Doctoring;

/// <summary>The machine that is looked at: its files, and what files do not tell. Tests put other machines here.</summary>
internal sealed record Patient
{
    public SystemFiles Files { get; init; } = new();

    /// <summary>What it is.</summary>
    public required Board Board { get; init; }

    /// <summary>How it is now.</summary>
    public required BoardReading Reading { get; init; }

    /// <summary>The agent's program.</summary>
    public string? Program { get; init; } = Environment.ProcessPath;

    /// <summary>Settings of the service, as a path of the machine; null for none.</summary>
    public string? Settings { get; init; }

    /// <summary>Its models, as a path of the machine; null for none.</summary>
    public string? Slots { get; init; }

    /// <summary>Who looks.</summary>
    public string User { get; init; } = Environment.UserName;

    /// <summary>Whether this user may read and write a device.</summary>
    public Func<string, bool> MayOpen { get; init; } = static path =>
    {
        try
        {
            using FileStream device = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            // It may; that another program has it is no matter here.
            return true;
        }
    };

    /// <summary>The formats that a camera delivers.</summary>
    public Func<string, string[]> Formats { get; init; } = static path => Negotiation.FormatNames(LibcCalls.Instance, path);

    /// <summary>Bytes that are free where a path lies; null where that is not known.</summary>
    public Func<string, long?> FreeBytes { get; init; } = static path =>
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    };

    /// <summary>Whether something keeps the clock right; null where that is not known.</summary>
    public Func<bool?> IsClockRight { get; init; } = SystemClock.IsSynchronized;

    /// <summary>Where a library of the system lies; null where it is not installed.</summary>
    public string? Library(params string[] names)
    {
        foreach (string top in (string[])["/usr/lib", "/lib", "/usr/lib64", "/lib64", "/usr/local/lib"])
        {
            foreach (string folder in (string[])[top, .. Files.Entries(top, "*-linux-gnu*")])
            {
                foreach (string name in names)
                {
                    if (Files.Has($"{folder}/{name}")) return $"{folder}/{name}";
                }
            }
        }
        return null;
    }
}
