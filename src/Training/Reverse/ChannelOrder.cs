namespace EdgeKit.Training.Reverse;

/// <summary>Copies between the order of ONNX and that of a slot.</summary>
internal static class ChannelOrder
{
    /// <summary>All images of a tensor into the order of a slot.</summary>
    public static void ToSlot(Slot slot, ReadOnlySpan<float> tensor, Span<float> target)
    {
        if (!slot.ChannelsLast)
        {
            tensor.CopyTo(target);
            return;
        }
        int channels = slot.Channels, plane = slot.Height * slot.Width;
        for (int image = 0; image < tensor.Length; image += slot.Length)
            for (int c = 0; c < channels; c++)
                for (int p = 0, from = image + c * plane, to = image + c; p < plane; p++, to += channels) target[to] = tensor[from + p];
    }

    /// <summary>All images of a slot into the order of ONNX.</summary>
    public static void FromSlot(Slot slot, ReadOnlySpan<float> values, Span<float> tensor)
    {
        if (!slot.ChannelsLast)
        {
            values.CopyTo(tensor);
            return;
        }
        int channels = slot.Channels, plane = slot.Height * slot.Width;
        for (int image = 0; image < values.Length; image += slot.Length)
            for (int c = 0; c < channels; c++)
                for (int p = 0, to = image + c * plane, from = image + c; p < plane; p++, from += channels) tensor[to + p] = values[from];
    }
}
