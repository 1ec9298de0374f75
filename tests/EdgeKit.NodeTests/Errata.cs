namespace EdgeKit.NodeTests;

/// <summary>Tests of ONNX whose expected values are not what the operator's text says; ONNX Runtime gives what EdgeKit gives.</summary>
internal static class Errata
{
    private const string Wraps = "int8 results beyond -128 wrap around in the expected values, where the operator saturates; mended in ONNX by pull request 7868";
    private const string Beyond = "counts what a window in ceil mode covers beyond the padding, which the two-dimensional test of that name does not";
    private const string Length = "align_corners with the length times the scale, unrounded, where the text says the length of the resized tensor";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True"] = Beyond,
        ["test_qlinearmatmul_2D_int8_float16"] = Wraps,
        ["test_qlinearmatmul_2D_int8_float32"] = Wraps,
        ["test_qlinearmatmul_3D_int8_float16"] = Wraps,
        ["test_qlinearmatmul_3D_int8_float32"] = Wraps,
        ["test_resize_downsample_scales_cubic_align_corners"] = Length,
        ["test_resize_downsample_scales_linear_align_corners"] = Length,
    };

    /// <summary>Why a test's expectation is not taken, or null.</summary>
    public static string? Of(string test) => Reasons.GetValueOrDefault(test);
}
