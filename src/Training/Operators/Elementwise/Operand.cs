using EdgeKit.Onnx;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Elementwise;

/// <summary>An input of an operator that broadcasts: which of its elements meets each element of the output.</summary>
internal sealed class Operand
{
    private readonly int[]? _map;
    private readonly int _period;

    public Operand(Node node, Slot input, Slot output)
    {
        Slot = input;
        int[] from = input.Strides(), steps = new int[output.Shape.Length], to = output.Strides();
        int missing = output.Shape.Length - input.Shape.Length;
        if (missing < 0) throw ModelException.At(node, $"the input {input} has more dimensions than the output {output}");
        for (int d = 0; d < input.Shape.Length; d++) steps[missing + d] = input.Shape[d] == 1 ? 0 : from[d];
        int[] map = new int[output.Length], places = output.Places(), index = new int[output.Shape.Length];
        for (int i = 0, at = 0; i < map.Length; i++)
        {
            map[places[i]] = at;
            for (int d = index.Length - 1; d >= 0; d--)
            {
                at += steps[d];
                if (++index[d] < output.Shape[d]) break;
                at -= steps[d] * output.Shape[d];
                index[d] = 0;
            }
        }
        _period = input.Length;
        // An operand that repeats as a whole needs no map.
        for (int i = 0; i < map.Length; i++)
        {
            if (map[i] == i % _period) continue;
            _map = map;
            break;
        }
        IsWhole = _map is null && input.Length == output.Length && input.PerImage == output.PerImage;
    }

    /// <summary>The input.</summary>
    public Slot Slot { get; }

    /// <summary>Whether every element of the output meets the one at its own place.</summary>
    public bool IsWhole { get; }

    /// <summary>The elements that meet those of one image of the output.</summary>
    public void Expand(int image, Span<float> target)
    {
        ReadOnlySpan<float> from = Slot.Values.Slice(Slot.PerImage ? image * Slot.Length : 0, Slot.Length);
        if (_map is not null) for (int i = 0; i < _map.Length; i++) target[i] = from[_map[i]];
        else if (_period == 1) target.Fill(from[0]);
        else for (int i = 0; i < target.Length; i += _period) from.CopyTo(target[i..]);
    }

    /// <summary>Adds each element's gradient to that of the element it met.</summary>
    public void Reduce(ReadOnlySpan<float> gradient, Span<float> sums)
    {
        if (_map is not null)
        {
            for (int i = 0; i < _map.Length; i++) sums[_map[i]] += gradient[i];
        }
        else if (_period == 1)
        {
            double sum = 0;
            foreach (float g in gradient) sum += g;
            sums[0] += (float)sum;
        }
        else
        {
            for (int i = 0; i < gradient.Length; i += _period) Vectors.Accumulate(gradient.Slice(i, _period), sums[.._period]);
        }
    }
}
