using System.Collections.Concurrent;
using EdgeKit.Onnx;

namespace EdgeKit.Tests.Onnx.Networks;

/// <summary>Networks that several tests look at, built once.</summary>
internal static class ZooCache
{
    private static readonly ConcurrentDictionary<string, Graph> Built = new(StringComparer.Ordinal);

    /// <summary>A copy of the network with default options.</summary>
    public static Graph Default(string name) => Built.GetOrAdd(name, static n => Zoo.Create(n)).Clone();

    /// <summary>A copy of the network at quarter width, 64x64, ten classes.</summary>
    public static Graph Small(string name) =>
        Built.GetOrAdd(name + "/small", _ => Zoo.Create(name, new ZooOptions { Width = 0.25, Size = 64, Classes = 10 })).Clone();
}
