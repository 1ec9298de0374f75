namespace EdgeKit.Devices;

/// <summary>A model in its slot.</summary>
/// <param name="Slot">a or b.</param>
/// <param name="Path">Its file.</param>
/// <param name="Sha256">What its manifest says, in hexadecimal; empty without one.</param>
/// <param name="IsOnTrial">Whether it has still to be confirmed.</param>
public sealed record SlotModel(char Slot, string Path, string Sha256, bool IsOnTrial);
