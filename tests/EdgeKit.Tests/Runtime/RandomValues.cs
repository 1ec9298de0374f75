namespace EdgeKit.Tests.Runtime;

/// <summary>Arrays of seeded values.</summary>
internal static class RandomValues
{
    public static sbyte[] Bytes(Random random, int count, int lowest = -128)
    {
        var values = new sbyte[count];
        for (int i = 0; i < count; i++) values[i] = (sbyte)(random.Next(8) == 0 ? random.Next(2) == 0 ? lowest : 127 : random.Next(lowest, 128));
        return values;
    }

    public static float[] Floats(Random random, int count)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = random.NextSingle() * 2 - 1;
        return values;
    }

    public static int[] Integers(Random random, int count, int bound)
    {
        var values = new int[count];
        for (int i = 0; i < count; i++) values[i] = random.Next(-bound, bound);
        return values;
    }
}
