namespace EdgeKit.Cli.Reporting.Maps;

/// <summary>The numbers on a page of maps.</summary>
internal sealed record MapFacts
{
    /// <summary>Version of the JSON form.</summary>
    public int Version { get; } = JsonOutput.Version;

    /// <summary>The model file.</summary>
    public required string Model { get; init; }

    /// <summary>Width and height of the input.</summary>
    public required int[] Input { get; init; }

    /// <summary>The node whose weights tell the classes apart; null where the model is no classifier.</summary>
    public required string? Classifier { get; init; }

    /// <summary>The value that class activation maps are made of; null where there are none.</summary>
    public required string? ClassMap { get; init; }

    /// <summary>What was seen on each picture.</summary>
    public required IReadOnlyList<PictureFacts> Pictures { get; init; }

    /// <summary>The layers that are shown.</summary>
    public required IReadOnlyList<FieldFacts> Layers { get; init; }

    /// <summary>Inputs of noise that receptive fields were measured on, beside the pictures.</summary>
    public required int NoiseInputs { get; init; }

    /// <summary>What a reader must know.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The command that makes the page again.</summary>
    public required string Command { get; init; }
}

/// <summary>A picture.</summary>
/// <param name="Name">Its file.</param>
/// <param name="Top">The best classes, best first; empty where the model is no classifier.</param>
/// <param name="Target">The class that maps and drops are about.</param>
/// <param name="Channels">What the class's score loses without each channel that the classifier reads, most first.</param>
/// <param name="HalfChannels">How many of those channels make half of all that is lost.</param>
internal sealed record PictureFacts(string Name, IReadOnlyList<ClassFacts> Top, ClassFacts? Target, IReadOnlyList<ChannelFacts> Channels, int HalfChannels);

/// <summary>A class of a picture.</summary>
/// <param name="Class">Its number, as label files count.</param>
/// <param name="Label">Its name, where it is known.</param>
/// <param name="Score">Its score before the softmax.</param>
/// <param name="Probability">What a softmax makes of it.</param>
internal sealed record ClassFacts(int Class, string? Label, double Score, double Probability)
{
    /// <summary>Its name, or its number.</summary>
    public override string ToString() => Label ?? $"class {Class}";
}

/// <summary>A channel that the classifier reads.</summary>
/// <param name="Channel">Its number.</param>
/// <param name="Drop">What the score loses where it is zero.</param>
internal sealed record ChannelFacts(int Channel, double Drop);

/// <summary>The receptive field of the element in the middle of a layer.</summary>
/// <param name="Name">The value.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Height">Rows that can matter.</param>
/// <param name="Width">Columns that can matter.</param>
/// <param name="WholeInput">Whether every pixel can matter.</param>
/// <param name="MeasuredSide">Side of the square about the middle that holds <see cref="MapStudy.FieldShare"/> of the gradient; the longer side of the input, where it would be more.</param>
internal sealed record FieldFacts(string Name, int[] Shape, int Height, int Width, bool WholeInput, int MeasuredSide);
