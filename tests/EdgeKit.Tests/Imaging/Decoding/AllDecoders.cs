using EdgeKit.Imaging.Decoding;
using static EdgeKit.Tests.Imaging.Decoding.DecoderHarness;

namespace EdgeKit.Tests.Imaging.Decoding;

/// <summary>A small decoder of every kind and layout.</summary>
internal static class AllDecoders
{
    public static IEnumerable<(ModelDecoder Decoder, int Outputs)> Make()
    {
        (string Decoder, string[] Labels, int[][] Shapes)[] cases =
        [
            ("\"fastestdet\"", Labels(3), [[1, 8, 4, 4]]),
            ("""{"kind": "nanodet", "strides": [8, 16]}""", Labels(3), [[1, 16, 3], [1, 4, 3], [1, 16, 32], [1, 4, 32]]),
            ("""{"kind": "fcos", "strides": [8]}""", Labels(3), [[1, 3, 4, 4], [1, 4, 4, 4]]),
            ("""{"kind": "yolox", "strides": [8, 16]}""", Labels(3), [[1, 20, 8]]),
            ("\"yolov5\"", Labels(3), [[1, 12, 8]]),
            ("""{"kind": "yolov5", "strides": [16, 16], "anchors": [[10, 10, 5, 5], [10, 10]]}""", Labels(3), [[1, 2, 2, 2, 8], [1, 8, 2, 2]]),
            ("\"yolov8\"", Labels(3), [[1, 7, 12]]),
            ("""{"kind": "yolov8", "strides": [8, 16]}""", Labels(3), [[1, 67, 4, 4], [1, 67, 2, 2]]),
            ("""{"kind": "ssd-priors", "strides": [16], "min_sizes": [[8]]}""", Labels(2), [[1, 4, 2], [1, 4, 4]]),
            ("""{"kind": "retinaface", "strides": [16], "min_sizes": [[8]]}""", Labels(2), [[1, 4, 4], [1, 4, 2], [1, 4, 10]]),
            ("""{"kind": "segmentation", "lanes": "out0"}""", Labels(0), [[1, 2, 32, 32], [1, 1, 16, 16], [1, 4, 8, 8]]),
            ("""{"kind": "row-anchors", "rows": [0.3, 1]}""", Labels(0), [[1, 11, 6, 4]]),
        ];
        foreach ((string text, string[] labels, int[][] shapes) in cases)
            yield return (Create(Settings(32, 32, text, labels), shapes), shapes.Length);
    }
}
