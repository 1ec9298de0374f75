using EdgeKit.Onnx;

namespace EdgeKit.Training.Reverse;

/// <summary>
/// A value of the network: of one copy an image, or one for all images (weights, constants and what is computed from them). The copies lie one behind the
/// other. Feature maps [1,C,H,W] of images lie with channels innermost (H, W, C); everything else in the order of ONNX.
/// </summary>
internal sealed class Slot(string name, int[] shape, bool perImage)
{
    /// <summary>Name in the graph.</summary>
    public string Name { get; } = name;

    /// <summary>Shape of one copy, in the order of ONNX.</summary>
    public int[] Shape { get; } = shape;

    /// <summary>Elements of one copy.</summary>
    public int Length { get; } = Tensor.ElementCount(shape);

    /// <summary>Whether each image has its own copy.</summary>
    public bool PerImage { get; } = perImage;

    /// <summary>Whether channels are innermost.</summary>
    public bool ChannelsLast { get; } = perImage && shape.Length == 4;

    /// <summary>Whether a gradient is wanted, for a parameter that it depends on or for itself.</summary>
    public bool NeedsGradient { get; set; }

    /// <summary>Whether the caller may read it.</summary>
    public bool Observed { get; set; }

    /// <summary>Whether a backward step reads it.</summary>
    public bool Saved { get; set; }

    /// <summary>How many inputs of steps read it.</summary>
    public int Readers { get; set; }

    /// <summary>The parameter that it is, if it is one.</summary>
    public Parameter? Parameter { get; set; }

    /// <summary>The constant that it is, if it is one.</summary>
    public Tensor? Constant { get; set; }

    /// <summary>Its elements, while they are known.</summary>
    public Block? Data { get; set; }

    /// <summary>The derivative of the loss by its elements, while it is known.</summary>
    public Block? Gradient { get; set; }

    /// <summary>Readers that have not run yet.</summary>
    public int Pending { get; set; }

    /// <summary>Its elements.</summary>
    public Span<float> Values => Data!.Values;

    /// <summary>Size of a feature map.</summary>
    public int Channels => Shape[1];

    /// <summary>Rows of a feature map.</summary>
    public int Height => Shape[2];

    /// <summary>Columns of a feature map.</summary>
    public int Width => Shape[3];

    /// <summary>The distance in memory between neighbours along each dimension.</summary>
    public int[] Strides()
    {
        int[] order = ChannelsLast ? [0, 2, 3, 1] : [.. Enumerable.Range(0, Shape.Length)];
        int[] strides = new int[Shape.Length];
        int step = 1;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            strides[order[i]] = step;
            step *= Math.Max(1, Shape[order[i]]);
        }
        return strides;
    }

    /// <summary>Where in memory each element lies, in the order of ONNX.</summary>
    public int[] Places()
    {
        int[] strides = Strides(), places = new int[Length], index = new int[Shape.Length];
        for (int i = 0, place = 0; i < places.Length; i++)
        {
            places[i] = place;
            for (int d = Shape.Length - 1; d >= 0; d--)
            {
                place += strides[d];
                if (++index[d] < Shape[d]) break;
                place -= strides[d] * Shape[d];
                index[d] = 0;
            }
        }
        return places;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(',', Shape)}]";
}
