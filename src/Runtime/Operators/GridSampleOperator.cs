using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Samples of a float map at computed positions, one output row a unit. Whatever a position is, only elements of the map are read.</summary>
internal static unsafe class GridSampleOperator
{
    private const int MaxTaps = 4;

    /// <summary>Positions beyond this, and those that are no numbers, are taken as this: far outside of every map, and small enough for integers.</summary>
    private const float Far = 1e9f;

    private const float Cubic = -0.75f;

    public static void Plan(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        TensorRecord* y = e->Output(op);
        Work.Plan(e, index, (long)y->Dims[0] * y->Dims[1], y->ElementCount * Taps((GridSampleParameters*)op->Parameters));
    }

    /// <summary>Elements that a sample is made of.</summary>
    public static int Taps(GridSampleParameters* p) => p->Mode switch { SampleMode.Nearest => 1, SampleMode.Linear => 4, _ => MaxTaps * MaxTaps };

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        var p = (GridSampleParameters*)op->Parameters;
        TensorRecord* x = e->Input(op, 0), y = e->Output(op);
        int outHeight = y->Dims[1], outWidth = y->Dims[2], height = x->Dims[1], width = x->Dims[2], channels = x->Dims[3];
        Work.ToRows(e, index, (long)y->Dims[0] * outHeight, ref begin, ref end);
        int* rows = stackalloc int[MaxTaps], columns = stackalloc int[MaxTaps], sources = stackalloc int[MaxTaps * MaxTaps];
        float* rowWeights = stackalloc float[MaxTaps], columnWeights = stackalloc float[MaxTaps], weights = stackalloc float[MaxTaps * MaxTaps];
        for (int line = begin; line < end; line++)
        {
            float* map = (float*)e->Data(x) + (nint)(line / outHeight) * height * width * channels;
            float* place = (float*)e->Data(e->Input(op, 1)) + (nint)line * outWidth * 2;
            float* output = (float*)e->Data(y) + (nint)line * outWidth * channels;
            for (int ox = 0; ox < outWidth; ox++, place += 2, output += channels)
            {
                int columnCount = Along(p, place[0], width, columns, columnWeights), rowCount = Along(p, place[1], height, rows, rowWeights), taps = 0;
                for (int i = 0; i < rowCount; i++)
                {
                    for (int k = 0; k < columnCount; k++)
                    {
                        sources[taps] = rows[i] * width + columns[k];
                        weights[taps++] = rowWeights[i] * columnWeights[k];
                    }
                }
                WeightedLoop.Run(map, sources, weights, taps, channels, output, channels);
            }
        }
    }

    /// <summary>The elements of an axis that make up a position, with their weights; those outside that count as zero are left out.</summary>
    private static int Along(GridSampleParameters* p, float place, int size, int* sources, float* weights)
    {
        float at = p->InElements != 0 ? place : p->AlignCorners != 0 ? (place + 1) / 2 * (size - 1) : ((place + 1) * size - 1) / 2;
        // Comparisons with what is no number are false.
        at = at > -Far ? at < Far ? at : Far : -Far;
        if (p->Mode == SampleMode.Nearest) at = MathF.Round(at);
        float low = p->AlignCorners != 0 ? 0 : -0.5f, high = p->AlignCorners != 0 ? size - 1 : size - 0.5f;
        if (p->Mode != SampleMode.Cubic && (at < low || at > high))
        {
            if (p->Padding == SamplePadding.Border) at = MathF.Min(MathF.Max(at, 0), size - 1);
            else if (p->Padding == SamplePadding.Reflection) at = Reflect(at, low, high);
        }
        float floor = MathF.Floor(at), part = at - floor;
        int first = (int)floor, taps = 1;
        weights[0] = 1;
        if (p->Mode == SampleMode.Linear)
        {
            taps = 2;
            weights[0] = 1 - part;
            weights[1] = part;
        }
        else if (p->Mode == SampleMode.Cubic)
        {
            taps = MaxTaps;
            first--;
            weights[0] = CubicWeight(1 + part);
            weights[1] = CubicWeight(part);
            weights[2] = CubicWeight(1 - part);
            weights[3] = CubicWeight(2 - part);
        }
        int kept = 0;
        for (int i = 0; i < taps; i++)
        {
            int source = first + i;
            if (source < 0 || source >= size)
            {
                if (p->Padding == SamplePadding.Zeros) continue;
                if (p->Padding == SamplePadding.Reflection) source = (int)Reflect(source, low, high);
                source = int.Clamp(source, 0, size - 1);
            }
            sources[kept] = source;
            weights[kept++] = weights[i];
        }
        return kept;
    }

    private static float CubicWeight(float distance) => distance <= 1
        ? ((Cubic + 2) * distance - (Cubic + 3)) * distance * distance + 1
        : ((Cubic * distance - 5 * Cubic) * distance + 8 * Cubic) * distance - 4 * Cubic;

    /// <summary>A position thrown back at both ends until it lies between them.</summary>
    private static float Reflect(float at, float low, float high)
    {
        float range = high - low;
        if (range <= 0) return low;
        float beyond = at < low ? low - at : at - high;
        if (beyond < 0) return at;
        int times = (int)(beyond / range);
        float rest = beyond - times * range;
        return at < low == (times % 2 == 0) ? low + rest : high - rest;
    }
}
