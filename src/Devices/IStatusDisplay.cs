namespace EdgeKit.Devices;

/// <summary>A small display of a few lines of text.</summary>
public interface IStatusDisplay : IDisposable
{
    /// <summary>Lines that fit on it.</summary>
    int Lines { get; }

    /// <summary>Characters that fit into a line.</summary>
    int Characters { get; }

    /// <summary>Shows lines in place of what is there; what does not fit is left out. Disposing leaves it dark.</summary>
    /// <param name="lines">The lines, of ASCII.</param>
    /// <exception cref="DeviceException">The device refused.</exception>
    void Show(params ReadOnlySpan<string> lines);
}
