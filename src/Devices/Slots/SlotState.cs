using System.Globalization;

namespace EdgeKit.Devices.Slots;

/// <summary>Which slot is used, and whether it has proved itself: the one line of the file "state", such as "b trial 2" or "a good".</summary>
/// <param name="Slot">a or b.</param>
/// <param name="Starts">How often it was started without having been confirmed; null once it is.</param>
internal readonly record struct SlotState(char Slot, int? Starts)
{
    public char Other => Slot == 'a' ? 'b' : 'a';

    public static SlotState? Parse(string text)
    {
        string[] words = text.TrimEnd('\n').Split(' ');
        if (words is not ["a" or "b", ..]) return null;
        return words switch
        {
            [_, "good"] => new SlotState(words[0][0], null),
            [_, "trial", var count] when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int starts) => new SlotState(words[0][0], starts),
            _ => null,
        };
    }

    public override string ToString() => Starts is { } starts ? $"{Slot} trial {starts}" : $"{Slot} good";
}
