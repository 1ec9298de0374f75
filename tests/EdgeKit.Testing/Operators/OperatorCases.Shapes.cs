using EdgeKit.Onnx;

namespace EdgeKit.Testing.Operators;

/// <content>Operators that move elements, casts, padding and resizing.</content>
public static partial class OperatorCases
{
    private static void AddShaping(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        add("Identity/float", b => [b.Op("Identity", [b.In(2, 3)])]);
        add("Reshape/zero and rest", b => [b.Op("Reshape", [b.In(2, 3, 4), b.Ints(0, -1)])]);
        add("Reshape/bytes", b => [b.Op("Reshape", [b.In(b.Values.Ints<byte>(0, 255, 2, 6)), b.Ints(3, 4)])]);
        add("Flatten/default", b => [b.Op("Flatten", [b.In(2, 3, 4)])]);
        add("Flatten/axis 0", b => [b.Op("Flatten", [b.In(2, 3)], ("axis", 0))]);
        add("Flatten/axis at the end", b => [b.Op("Flatten", [b.In(2, 3)], ("axis", 2))]);
        add("Flatten/negative axis", b => [b.Op("Flatten", [b.In(2, 3, 4)], ("axis", -1))]);
        add("Squeeze/axes", b => [b.Op("Squeeze", [b.In(1, 3, 1, 2), b.Ints(0, -2)])]);
        add("Squeeze/all", b => [b.Op("Squeeze", [b.In(1, 3, 1, 2)])]);
        add("Unsqueeze/axes", b => [b.Op("Unsqueeze", [b.In(3, 2), b.Ints(0, -1)])]);
        add("Shape/whole", b => [b.Op("Shape", [b.In(2, 3, 4)])]);
        add("Shape/part", b => [b.Op("Shape", [b.In(2, 3, 4, 5)], ("start", 1), ("end", -1))]);
        add("Size/float", b => [b.Op("Size", [b.In(2, 3, 4)])]);
        add("ConstantOfShape/default", b => [b.Op("ConstantOfShape", [b.In(Tensor.Vector(2, 3))])]);
        add("ConstantOfShape/int64", b => [b.Op("ConstantOfShape", [b.In(Tensor.Vector(4))], ("value", Tensor.Vector(7)))]);
        add("Range/int64", b => [b.Op("Range", [Scalar(b, 3L), Scalar(b, 12L), Scalar(b, 4L)])]);
        add("Range/backwards", b => [b.Op("Range", [Scalar(b, 3), Scalar(b, -6), Scalar(b, -2)])]);
        add("Range/float", b => [b.Op("Range", [Scalar(b, 0.5f), Scalar(b, 3f), Scalar(b, 0.25f)])]);
        add("Expand/channels", b => [b.Op("Expand", [b.In(3, 1), b.Ints(2, 1, 4)])]);
        add("Transpose/default", b => [b.Op("Transpose", [b.In(2, 3, 4)])]);
        add("Transpose/to NHWC", b => [b.Op("Transpose", [b.In(2, 3, 4, 5)], ("perm", new[] { 0, 2, 3, 1 }))]);
        add("Transpose/shuffle", b => [b.Op("Transpose", [b.In(1, 2, 3, 2, 2)], ("perm", new[] { 0, 2, 1, 3, 4 }))]);
        add("Tile/matrix", b => [b.Op("Tile", [b.In(2, 3), b.Ints(2, 3)])]);
        add("DepthToSpace/DCR", b => [b.Op("DepthToSpace", [b.In(1, 8, 2, 3)], ("blocksize", 2))]);
        add("DepthToSpace/CRD", b => [b.Op("DepthToSpace", [b.In(1, 8, 2, 3)], ("blocksize", 2), ("mode", "CRD"))]);
        add("SpaceToDepth/2", b => [b.Op("SpaceToDepth", [b.In(1, 3, 4, 6)], ("blocksize", 2))]);
        add("edgekit:ChannelShuffle/2", b => [b.Op("edgekit:ChannelShuffle", [b.In(1, 6, 2, 3)], ("groups", 2))]);
        add("edgekit:ChannelShuffle/3", b => [b.Op("edgekit:ChannelShuffle", [b.In(2, 6, 2, 2)], ("groups", 3))]);

        add("Cast/float to int32", b => [b.Op("Cast", [b.In(b.Values.Floats(-9, 9, 20))], ("to", 6))]);
        add("Cast/float to int64", b => [b.Op("Cast", [b.In(b.Values.Floats(-9, 9, 20))], ("to", 7))]);
        add("Cast/float to bool", b => [b.Op("Cast", [b.In(Tensor.Of([0f, -0f, 0.25f, -1], 4))], ("to", 9))]);
        add("Cast/float to uint8", b => [b.Op("Cast", [b.In(b.Values.Floats(0, 255, 20))], ("to", 2))]);
        add("Cast/int64 to float", b => [b.Op("Cast", [b.In(b.Values.Ints<long>(-99, 99, 9))], ("to", 1))]);
        add("Cast/int64 to int32", b => [b.Op("Cast", [b.In(b.Values.Ints<long>(-99, 99, 9))], ("to", 6))]);
        add("Cast/int32 to int8", b => [b.Op("Cast", [b.In(b.Values.Ints<int>(-300, 300, 20))], ("to", 3))]);
        add("Cast/bool to float", b => [b.Op("Cast", [b.In(b.Values.Bools(6))], ("to", 1))]);

        static Value Scalar<T>(CaseBuilder b, T value) where T : unmanaged => b.In(Tensor.Scalar(value));
    }

    private static void AddSelections(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        add("Concat/channels", b => [b.Op("Concat", [b.In(2, 3, 2, 2), b.In(2, 1, 2, 2), b.In(2, 2, 2, 2)], ("axis", 1))]);
        add("Concat/last axis", b => [b.Op("Concat", [b.In(2, 3), b.In(2, 4)], ("axis", -1))]);
        add("Concat/int64", b => [b.Op("Concat", [b.In(b.Values.Ints<long>(0, 9, 2)), b.In(b.Values.Ints<long>(0, 9, 3))], ("axis", 0))]);
        add("Split/sizes", b => [.. b.Node("Split", [b.In(1, 6, 2, 2), b.Ints(2, 3, 1)], 3, ("axis", 1)).Outputs]);
        add("Split/halves", b => [.. b.Node("Split", [b.In(4, 6), b.Ints(3, 3)], 2, ("axis", -1)).Outputs]);
        add("Slice/channels", b => [b.Op("Slice", [b.In(1, 6, 3, 3), b.Ints(2), b.Ints(5), b.Ints(1)])]);
        add("Slice/steps", b => [b.Op("Slice", [b.In(9, 8), b.Ints(1, -2), b.Ints(long.MaxValue, 0), b.Ints(0, 1), b.Ints(3, -2)])]);
        add("Slice/backwards to the start", b => [b.Op("Slice", [b.In(7), b.Ints(-1), b.Ints(long.MinValue), b.Ints(0), b.Ints(-1)])]);
        add("Slice/empty", b => [b.Op("Slice", [b.In(5, 2), b.Ints(3), b.Ints(1), b.Ints(0)])]);
        add("Slice/out of range", b => [b.Op("Slice", [b.In(5), b.Ints(-100), b.Ints(100)])]);
        add("Gather/rows", b => [b.Op("Gather", [b.In(5, 3), b.In(Tensor.Of(new long[] { 4, 0, -2, 0 }, 2, 2))])]);
        add("Gather/columns", b => [b.Op("Gather", [b.In(3, 5), b.Ints(2, 1)], ("axis", 1))]);
        add("Gather/scalar index", b => [b.Op("Gather", [b.In(Tensor.Vector(4, 5, 6)), b.Constant(Tensor.Scalar(2L))])]);
        add("Where/broadcast", b => [b.Op("Where", [b.In(b.Values.Bools(3, 1)), b.In(3, 4), b.In(4)])]);
        add("Where/int64", b => [b.Op("Where", [b.In(b.Values.Bools(5)), b.In(b.Values.Ints<long>(0, 9, 5)), b.In(b.Values.Ints<long>(10, 19, 5))])]);

        add("Pad/constant", b => [b.Op("Pad", [b.In(1, 2, 3, 4), b.Ints(0, 0, 1, 2, 0, 0, 3, 0), b.Constant(Tensor.Scalar(0.5f))])]);
        add("Pad/zero", b => [b.Op("Pad", [b.In(1, 2, 3), b.Ints(0, 1, 0, 0, 2, 1)], ("mode", "constant"))]);
        add("Pad/crop", b => [b.Op("Pad", [b.In(4, 6), b.Ints(-1, 2, 0, -3)])]);
        add("Pad/reflect", b => [b.Op("Pad", [b.In(1, 2, 4, 5), b.Ints(0, 0, 3, 2, 0, 0, 1, 4)], ("mode", "reflect"))]);
        add("Pad/edge", b => [b.Op("Pad", [b.In(1, 2, 3, 3), b.Ints(0, 1, 2, 0, 0, 0, 1, 4)], ("mode", "edge"))]);
        add("Pad/uint8", b => [b.Op("Pad", [b.In(b.Values.Ints<byte>(0, 255, 2, 3)), b.Ints(1, 0, 0, 2), b.Constant(Tensor.Scalar((byte)9))])]);
    }

    private static void AddResizing(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        string[] rules = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_half_pixel_for_nn"];
        (string Name, float Y, float X)[] factors = [("up 2", 2, 2), ("up 2.5 and 1.5", 2.5f, 1.5f), ("down", 0.6f, 0.5f)];
        foreach (string rule in rules)
        {
            foreach ((string name, float y, float x) in factors)
            {
                foreach (string nearest in new[] { "round_prefer_floor", "round_prefer_ceil", "floor", "ceil" })
                {
                    add($"Resize/{nearest}, {rule}, {name}", b => [b.Op("Resize", [b.In(1, 1, 5, 6), null, b.Constant(Tensor.Of([1f, 1, y, x], 4))],
                        ("mode", "nearest"), ("nearest_mode", nearest), ("coordinate_transformation_mode", rule))]);
                }
                if (rule == "tf_half_pixel_for_nn") continue;
                add($"Resize/linear, {rule}, {name}", b => [b.Op("Resize", [b.In(1, 2, 5, 6), null, b.Constant(Tensor.Of([1f, 1, y, x], 4))],
                    ("mode", "linear"), ("coordinate_transformation_mode", rule))]);
            }
            if (rule == "tf_half_pixel_for_nn") continue;
            add($"Resize/linear to sizes, {rule}", b => [b.Op("Resize", [b.In(1, 2, 4, 7), null, null, b.Ints(1, 2, 9, 5)],
                ("mode", "linear"), ("coordinate_transformation_mode", rule))]);
            add($"Resize/nearest to sizes, {rule}", b => [b.Op("Resize", [b.In(1, 2, 4, 7), null, null, b.Ints(1, 2, 9, 5)],
                ("mode", "nearest"), ("nearest_mode", "floor"), ("coordinate_transformation_mode", rule))]);
            add($"Resize/linear to one, {rule}", b => [b.Op("Resize", [b.In(1, 2, 4, 3), null, null, b.Ints(1, 2, 1, 1)],
                ("mode", "linear"), ("coordinate_transformation_mode", rule))]);
        }
    }
}
