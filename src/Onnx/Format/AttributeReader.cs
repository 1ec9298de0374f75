using Kind = EdgeKit.Onnx.Format.AttributeProto.Types.AttributeType;

namespace EdgeKit.Onnx.Format;

/// <summary>Turns an <see cref="AttributeProto"/> into a value that an <see cref="AttributeMap"/> holds.</summary>
internal static class AttributeReader
{
    /// <summary>Reads the attribute's value.</summary>
    /// <exception cref="ModelException">It is of a kind that is not supported. The message names the attribute but not the node.</exception>
    public static object Read(AttributeProto proto, string? folder)
    {
        Kind kind = proto.HasType && proto.Type != Kind.Undefined ? proto.Type : Guess(proto);
        switch (kind)
        {
            case Kind.Float: return proto.F;
            case Kind.Int: return proto.I;
            case Kind.String: return proto.S.ToStringUtf8();
            case Kind.Floats: return proto.Floats.ToArray();
            case Kind.Ints: return proto.Ints.ToArray();
            case Kind.Strings: return proto.Strings.Select(static s => s.ToStringUtf8()).ToArray();
            case Kind.Tensor when proto.T is not null:
                try
                {
                    return TensorReader.Read(proto.T, folder);
                }
                catch (ModelException e)
                {
                    throw new ModelException($"attribute '{proto.Name}': {e.Message}", e);
                }
            case Kind.Graph or Kind.Graphs:
                throw new ModelException($"attribute '{proto.Name}' is a subgraph, and control flow is not supported; export the model without loops and branches");
            default:
                throw new ModelException($"attribute '{proto.Name}' of kind {kind} is not supported; re-export the model without it");
        }
    }

    // The type field came with IR version 2 (and some writers leave it out): the field that is set tells.
    private static Kind Guess(AttributeProto proto) =>
        proto.HasF ? Kind.Float
        : proto.HasI ? Kind.Int
        : proto.HasS ? Kind.String
        : proto.T is not null ? Kind.Tensor
        : proto.HasG ? Kind.Graph
        : proto.Floats.Count > 0 ? Kind.Floats
        : proto.Strings.Count > 0 ? Kind.Strings
        : Kind.Ints;
}
