namespace EdgeKit.Devices;

/// <summary>What is wrong with a device, for those who try again.</summary>
public enum DeviceFault
{
    /// <summary>Something else; the message says what.</summary>
    Other,

    /// <summary>There is no such device.</summary>
    Missing,

    /// <summary>Another program has it.</summary>
    Busy,

    /// <summary>This user may not open it.</summary>
    NoPermission,

    /// <summary>It does not deliver pictures in a form that is understood.</summary>
    WrongFormat,

    /// <summary>It went away while in use.</summary>
    Unplugged,

    /// <summary>It is there, but no picture comes.</summary>
    Frozen,
}
