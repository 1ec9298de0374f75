using System.Globalization;
using EdgeKit.Onnx;
using EdgeKit.Onnx.Analysis;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler;

/// <summary>What a program must know of a net to run it tile by tile: its largest stride, and how far its outputs see.</summary>
internal static class TileFacts
{
    /// <summary>Adds the facts of a net whose input is an image.</summary>
    public static void Add(Graph graph, IDictionary<string, string> properties)
    {
        IReadOnlyDictionary<Value, ReceptiveField> fields = ReceptiveFields.Of(graph);
        if (fields.Count == 0) return;
        Write(PlanProperties.Stride, fields.Values.Max(static f => Math.Max(Math.Max(f.StrideY, f.StrideX), 1)));
        double radius = graph.Outputs.Max(o => fields.TryGetValue(o, out ReceptiveField f) ? Math.Max(Radius(f.Height, f.StrideY, f.CentreY), Radius(f.Width, f.StrideX, f.CentreX)) : double.PositiveInfinity);
        if (double.IsFinite(radius)) Write(PlanProperties.ReceptiveRadius, radius);

        void Write(string name, double value) => properties[name] = Math.Ceiling(value).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>From the middle of the first cell, half a stride into the input, to the farther edge of its field; a stride of 0 is that of a field without edges.</summary>
    private static double Radius(int size, double stride, double centre) => stride == 0 ? double.PositiveInfinity : (size / 2.0) + Math.Abs(centre + 0.5 - (stride / 2));
}
