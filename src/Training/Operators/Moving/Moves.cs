namespace EdgeKit.Training.Operators.Moving;

/// <summary>
/// Where the elements of one output come from: runs of elements that lie together, and how often the whole pattern repeats further on (as from pixel to
/// pixel).
/// </summary>
internal sealed class Moves
{
    private readonly List<Run> _runs = [];
    private readonly int _repeats = 1;
    private readonly int _step;
    private readonly int[] _inputSteps;

    private readonly record struct Run(int Input, int From, int To, int Count);

    /// <param name="inputs">For each element of the output the input that it comes from, -1 for none.</param>
    /// <param name="places">And its place there.</param>
    /// <param name="period">A number of elements after which the pattern may repeat.</param>
    /// <param name="lengths">Elements of each input.</param>
    public Moves(int[] inputs, int[] places, int period, int[] lengths)
    {
        Length = inputs.Length;
        Fills = Array.IndexOf(inputs, -1) >= 0;
        _inputSteps = new int[lengths.Length];
        int count = Length;
        if (period > 0 && period < Length && Repeats(inputs, places, period))
        {
            count = period;
            (_repeats, _step) = (Length / period, period);
        }
        for (int i = 0; i < count;)
        {
            int n = 1;
            while (i + n < count && inputs[i + n] == inputs[i] && places[i + n] == places[i] + n) n++;
            if (inputs[i] >= 0) _runs.Add(new Run(inputs[i], places[i], i, n));
            i += n;
        }
        if (_repeats == 1 && _runs is [{ From: 0, To: 0 } run] && run.Count == Length && lengths[run.Input] == Length) Alias = run.Input;
    }

    /// <summary>Elements of the output.</summary>
    public int Length { get; }

    /// <summary>Whether some elements come from nowhere.</summary>
    public bool Fills { get; }

    /// <summary>The input that the output is a copy of, if it is one.</summary>
    public int? Alias { get; }

    /// <summary>Whether some elements come from this input.</summary>
    public bool Reads(int input) => _runs.Exists(r => r.Input == input);

    /// <summary>Copies what comes from an input.</summary>
    public void Copy(int input, ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0, from = 0, to = 0; i < _repeats; i++, from += _inputSteps[input], to += _step)
        {
            foreach (Run run in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_runs))
            {
                if (run.Input != input) continue;
                if (run.Count == 1) y[to + run.To] = x[from + run.From];
                else x.Slice(from + run.From, run.Count).CopyTo(y[(to + run.To)..]);
            }
        }
    }

    /// <summary>Adds gradients to those of the elements that were copied, or copies them where each was copied once.</summary>
    public void Scatter(int input, ReadOnlySpan<float> dy, Span<float> dx, bool copy)
    {
        for (int i = 0, from = 0, to = 0; i < _repeats; i++, from += _inputSteps[input], to += _step)
        {
            foreach (Run run in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_runs))
            {
                if (run.Input != input) continue;
                if (run.Count == 1)
                {
                    if (copy) dx[from + run.From] = dy[to + run.To];
                    else dx[from + run.From] += dy[to + run.To];
                }
                else if (copy) dy.Slice(to + run.To, run.Count).CopyTo(dx[(from + run.From)..]);
                else Vectors.Accumulate(dy.Slice(to + run.To, run.Count), dx.Slice(from + run.From, run.Count));
            }
        }
    }

    /// <summary>Whether the outputs together take every one of an input's elements exactly once.</summary>
    public static bool Covers(Moves[] outputs, int input, int length)
    {
        int[] taken = new int[length];
        foreach (Moves moves in outputs)
        {
            for (int i = 0; i < moves._repeats; i++)
            {
                foreach (Run run in moves._runs)
                {
                    if (run.Input != input) continue;
                    for (int k = 0; k < run.Count; k++) taken[i * moves._inputSteps[input] + run.From + k]++;
                }
            }
        }
        return Array.TrueForAll(taken, static t => t == 1);
    }

    /// <summary>Whether element i + period comes from a constant distance beyond where element i comes from, the distance depending on the input alone.</summary>
    private bool Repeats(int[] inputs, int[] places, int period)
    {
        if (inputs.Length % period != 0) return false;
        bool[] known = new bool[_inputSteps.Length];
        for (int i = period; i < inputs.Length; i++)
        {
            int input = inputs[i], step = places[i] - places[i - period];
            if (input != inputs[i - period]) return Reset();
            if (input < 0) continue;
            if (known[input] && _inputSteps[input] != step) return Reset();
            known[input] = true;
            _inputSteps[input] = step;
        }
        // A copy as a whole is better told as one run.
        return Array.Exists(_inputSteps, s => s != 0) && !IsOneRun(inputs, places) || Reset();

        bool Reset()
        {
            Array.Clear(_inputSteps);
            return false;
        }
    }

    private static bool IsOneRun(int[] inputs, int[] places)
    {
        for (int i = 1; i < inputs.Length; i++)
            if (inputs[i] != inputs[0] || places[i] != places[0] + i) return false;
        return true;
    }
}
