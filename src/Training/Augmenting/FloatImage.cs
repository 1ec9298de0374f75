namespace EdgeKit.Training.Augmenting;

/// <summary>A picture as planes of float samples on any scale, such as 0 to 255.</summary>
public sealed class FloatImage
{
    /// <param name="channels">Number of planes.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="values">channels x height x width samples, not copied; null for zeros.</param>
    public FloatImage(int channels, int height, int width, float[]? values = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        Channels = channels;
        Height = height;
        Width = width;
        Values = values ?? new float[channels * height * width];
        if (Values.Length != channels * height * width) throw new ArgumentException($"{Values.Length} samples given for {channels}x{height}x{width}", nameof(values));
    }

    /// <summary>Number of planes.</summary>
    public int Channels { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>The samples, plane by plane, rows from top to bottom.</summary>
    public float[] Values { get; }

    /// <summary>One row of one plane.</summary>
    public Span<float> Row(int channel, int y) => Values.AsSpan((channel * Height + y) * Width, Width);

    /// <summary>One plane.</summary>
    public Span<float> Plane(int channel) => Values.AsSpan(channel * Height * Width, Height * Width);

    /// <summary>A copy.</summary>
    public FloatImage Clone() => new(Channels, Height, Width, (float[])Values.Clone());
}
