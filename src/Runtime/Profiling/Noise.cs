using System.Runtime.InteropServices;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Profiling;

/// <summary>Inputs for measurements, the same on every machine and easy to make in other languages: tests/Aot/capi-test.c does.</summary>
internal static class Noise
{
    /// <summary>Fills every input in the order of its memory: INT8 with any codes, float with numbers from -1 to 1; other types stay 0.</summary>
    public static void Fill(Session session)
    {
        uint state = 1;
        for (int i = 0; i < session.Inputs.Count; i++)
        {
            Span<byte> bytes = session.InputBytes(i);
            switch (session.Tensors[session.Inputs[i]].Type)
            {
                case PlanType.Int8:
                    for (int k = 0; k < bytes.Length; k++) bytes[k] = (byte)(Next(ref state) >> 24);
                    break;
                case PlanType.Float:
                    Span<float> values = MemoryMarshal.Cast<byte, float>(bytes);
                    for (int k = 0; k < values.Length; k++) values[k] = ((int)(Next(ref state) >> 8) - (1 << 23)) / (float)(1 << 23);
                    break;
            }
        }
    }

    /// <summary>The linear congruential generator of Numerical Recipes: good enough, and one line in any language.</summary>
    private static uint Next(ref uint state) => state = unchecked(state * 1664525 + 1013904223);
}
