using System.Numerics;

namespace EdgeKit.Lists;

/// <summary>
/// Those of LINQ's operators that the agent and its libraries use, on short lists: each gives an array at once. System.Linq's own have a class for every kind of source, which compilation
/// ahead of time makes anew for every type of element: that took 0.4 MB of the agent's program. It is not imported there.
/// </summary>
internal static class Enumerable
{
    public static int[] Range(int start, int count)
    {
        int[] result = new int[count];
        for (int i = 0; i < count; i++) result[i] = start + i;
        return result;
    }

    public static T[] Repeat<T>(T value, int count)
    {
        var result = new T[count];
        Array.Fill(result, value);
        return result;
    }

    public static TResult[] Select<T, TResult>(this IEnumerable<T> source, Func<T, TResult> convert)
    {
        var result = new List<TResult>();
        foreach (T item in source) result.Add(convert(item));
        return result.ToArray();
    }

    public static TResult[] Select<T, TResult>(this IEnumerable<T> source, Func<T, int, TResult> convert)
    {
        var result = new List<TResult>();
        foreach (T item in source) result.Add(convert(item, result.Count));
        return result.ToArray();
    }

    public static TResult[] SelectMany<T, TResult>(this IEnumerable<T> source, Func<T, IEnumerable<TResult>> convert)
    {
        var result = new List<TResult>();
        foreach (T item in source) result.AddRange(convert(item));
        return result.ToArray();
    }

    public static T[] Where<T>(this IEnumerable<T> source, Func<T, bool> isWanted)
    {
        var result = new List<T>();
        foreach (T item in source)
        {
            if (isWanted(item)) result.Add(item);
        }
        return result.ToArray();
    }

    /// <summary>Those that are not null.</summary>
    public static T[] OfType<T>(this IEnumerable<T?> source) where T : struct
    {
        var result = new List<T>();
        foreach (T? item in source)
        {
            if (item is { } value) result.Add(value);
        }
        return result.ToArray();
    }

    public static T[] Concat<T>(this IEnumerable<T> source, IEnumerable<T> following) => [.. source, .. following];

    public static T[] Skip<T>(this IReadOnlyList<T> source, int count)
    {
        var result = new T[Math.Max(source.Count - count, 0)];
        for (int i = 0; i < result.Length; i++) result[i] = source[count + i];
        return result;
    }

    public static T[] Take<T>(this IReadOnlyList<T> source, int count)
    {
        var result = new T[Math.Min(source.Count, count)];
        for (int i = 0; i < result.Length; i++) result[i] = source[i];
        return result;
    }

    public static T? FirstOrDefault<T>(this IReadOnlyList<T> source) => source.Count > 0 ? source[0] : default;

    public static T? FirstOrDefault<T>(this IEnumerable<T> source, Func<T, bool> isWanted, T? otherwise = default)
    {
        foreach (T item in source)
        {
            if (isWanted(item)) return item;
        }
        return otherwise;
    }

    public static T FirstOrDefault<T>(this IReadOnlyList<T> source, T otherwise) => source.Count > 0 ? source[0] : otherwise;

    public static bool Any<T>(this IEnumerable<T> source, Func<T, bool> isWanted)
    {
        foreach (T item in source)
        {
            if (isWanted(item)) return true;
        }
        return false;
    }

    public static bool Contains<T>(this IReadOnlyList<T> source, T wanted) where T : IEquatable<T>
    {
        for (int i = 0; i < source.Count; i++)
        {
            if (source[i].Equals(wanted)) return true;
        }
        return false;
    }

    public static T Sum<T>(this IEnumerable<T> source) where T : INumber<T>
    {
        T sum = T.Zero;
        foreach (T item in source) sum = checked(sum + item);
        return sum;
    }

    /// <summary>The mean; of none, 0.</summary>
    public static double Average(this IReadOnlyCollection<double> source) => source.Count == 0 ? 0 : source.Sum() / source.Count;

    public static T Min<T>(this IReadOnlyList<T> source) where T : INumber<T>
    {
        T least = source[0];
        for (int i = 1; i < source.Count; i++) least = T.Min(least, source[i]);
        return least;
    }

    public static T Max<T>(this IReadOnlyList<T> source) where T : INumber<T>
    {
        T most = source[0];
        for (int i = 1; i < source.Count; i++) most = T.Max(most, source[i]);
        return most;
    }

    public static T[] Order<T>(this IEnumerable<T> source)
    {
        T[] result = [.. source];
        Array.Sort(result);
        return result;
    }

    /// <summary>In the order of a key; those of one key stay in theirs.</summary>
    public static T[] OrderBy<T, TKey>(this IReadOnlyList<T> source, Func<T, TKey> key) where TKey : IComparable<TKey>
    {
        TKey[] keys = source.Select(key);
        return Ordered(source, (a, b) => keys[a].CompareTo(keys[b]));
    }

    /// <summary>In the order of a key, the highest first; those of one key stay in theirs.</summary>
    public static T[] OrderByDescending<T, TKey>(this IReadOnlyList<T> source, Func<T, TKey> key) where TKey : IComparable<TKey>
    {
        TKey[] keys = source.Select(key);
        return Ordered(source, (a, b) => keys[b].CompareTo(keys[a]));
    }

    private static T[] Ordered<T>(IReadOnlyList<T> source, Comparison<int> compare)
    {
        int[] places = Range(0, source.Count);
        Array.Sort(places, (a, b) => compare(a, b) is not 0 and int order ? order : a.CompareTo(b));
        return places.Select(i => source[i]);
    }
}
