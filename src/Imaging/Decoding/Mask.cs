namespace EdgeKit.Imaging.Decoding;

/// <summary>The pixels of one kind, at the resolution of the model's output.</summary>
public sealed class Mask
{
    internal Mask(string name, int width, int height, float threshold)
    {
        Name = name;
        Width = width;
        Height = height;
        Threshold = threshold;
        Values = new byte[width * height];
    }

    /// <summary>What is marked: the output's name, or the class's.</summary>
    public string Name { get; }

    /// <summary>Width of the mask.</summary>
    public int Width { get; }

    /// <summary>Height of the mask.</summary>
    public int Height { get; }

    /// <summary>The probability from which on a pixel counts as marked, 0 to 1.</summary>
    public float Threshold { get; }

    /// <summary>Probabilities times 255, height x width.</summary>
    public byte[] Values { get; }

    /// <summary>Where the picture lies in the mask.</summary>
    public ImageMapping Mapping { get; internal set; }

    /// <summary>Share of the mask that is marked.</summary>
    public double Share
    {
        get
        {
            int marked = 0;
            foreach (byte value in Values) if (value >= Threshold * 255) marked++;
            return (double)marked / Values.Length;
        }
    }

    /// <summary>One of the same form, empty.</summary>
    internal Mask Like() => new(Name, Width, Height, Threshold);

    internal bool IsLike(Mask other) => Name == other.Name && Width == other.Width && Height == other.Height && Threshold == other.Threshold;

    internal void CopyTo(Mask target)
    {
        Values.CopyTo(target.Values, 0);
        target.Mapping = Mapping;
    }
}
