using EdgeKit.Imaging.Decoding;
using Xunit;
using static EdgeKit.Tests.Imaging.Decoding.DecoderHarness;
using static EdgeKit.Tests.Imaging.Decoding.ReferenceDetector;

namespace EdgeKit.Tests.Imaging.Decoding;

/// <summary>Every detector against a slow implementation of its formulas, on random outputs in every layout that is taken.</summary>
public class DetectorReferenceTests
{
    private const int Classes = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void FastestDet(int seed)
    {
        const int W = 8, H = 6, Width = 64, Height = 48;
        float[] map = Random(seed, (5 + Classes) * W * H, 0, 1);
        double At(int c, int x, int y) => map[c * W * H + y * W + x];
        var all = from x in Enumerable.Range(0, W)
                  from y in Enumerable.Range(0, H)
                  let c = Enumerable.Range(0, Classes).MaxBy(k => At(5 + k, x, y))
                  select ReferenceBox.Centred(c, Math.Pow(At(0, x, y), 0.6) * Math.Pow(At(5 + c, x, y), 0.4),
                      (Math.Tanh(At(1, x, y)) + x) / W * Width, (Math.Tanh(At(2, x, y)) + y) / H * Height, Sigmoid(At(3, x, y)) * Width, Sigmoid(At(4, x, y)) * Height);
        ModelDecoder decoder = Create(Settings(Width, Height, """{"kind": "fastestdet", "score": 0.6, "iou": 0.3}""", Labels(Classes)), [1, 5 + Classes, H, W]);
        Equal(Select(all, 0.6, 0.3, Width, Height), Decode(decoder, Width, Height, map).Boxes);
    }

    [Theory]
    [InlineData("apart, positions first")]
    [InlineData("apart, channels first")]
    [InlineData("maps")]
    [InlineData("joint")]
    public void NanoDet(string layout)
    {
        const int Width = 40, Height = 24, Bins = 8;
        int[] strides = [8, 16], columns = [5, 3], rows = [3, 2];
        float[][] scores = [Random(3, 15 * Classes, 0, 1), Random(4, 6 * Classes, 0, 1)], boxes = [Random(5, 15 * 4 * Bins, -3, 3), Random(6, 6 * 4 * Bins, -3, 3)];
        double Side(int l, int cell, int side)
        {
            double[] e = [.. Enumerable.Range(0, Bins).Select(k => Math.Exp(boxes[l][(cell * 4 + side) * Bins + k]))];
            return e.Select((v, k) => v * k).Sum() / e.Sum() * strides[l];
        }
        var all = from l in Enumerable.Range(0, 2)
                  from cell in Enumerable.Range(0, columns[l] * rows[l])
                  from c in Enumerable.Range(0, Classes)
                  let x = (cell % columns[l] + 0.5) * strides[l]
                  let y = (cell / columns[l] + 0.5) * strides[l]
                  select new ReferenceBox(c, scores[l][cell * Classes + c], x - Side(l, cell, 0), y - Side(l, cell, 1), x + Side(l, cell, 2), y + Side(l, cell, 3));
        var settings = Settings(Width, Height, """{"kind": "nanodet", "strides": [8, 16], "score": 0.5, "iou": 0.6}""", Labels(Classes));
        (ModelDecoder decoder, float[][] outputs) = layout switch
        {
            "apart, positions first" => (Create(settings, [1, 15, 3], [1, 6, 3], [1, 15, 32], [1, 6, 32]), new[] { scores[0], scores[1], boxes[0], boxes[1] }),
            "apart, channels first" => (Create(settings, [1, 3, 15], [1, 32, 15], [1, 3, 6], [1, 32, 6]),
                [Transposed(scores[0], 15), Transposed(boxes[0], 15), Transposed(scores[1], 6), Transposed(boxes[1], 6)]),
            "maps" => (Create(settings, [1, 32, 3, 5], [1, 3, 3, 5], [1, 32, 2, 3], [1, 3, 2, 3]),
                [Transposed(boxes[0], 15), Transposed(scores[0], 15), Transposed(boxes[1], 6), Transposed(scores[1], 6)]),
            _ => (Create(settings, [1, 21, 35]), new[] { (float[])[.. Enumerable.Range(0, 21).SelectMany(i =>
            {
                (int l, int cell) = i < 15 ? (0, i) : (1, i - 15);
                return scores[l].Skip(cell * Classes).Take(Classes).Concat(boxes[l].Skip(cell * 32).Take(32));
            })] }),
        };
        Equal(Select(all, 0.5, 0.6, Width, Height), Decode(decoder, Width, Height, outputs).Boxes);
    }

    [Fact]
    public void Fcos_with_logits_and_plain_distances()
    {
        const int Width = 32, Height = 32;
        float[] scores = Random(7, 16 * Classes, -2, 2), sides = Random(8, 16 * 4, 0, 2);
        var all = from cell in Enumerable.Range(0, 16)
                  let c = Enumerable.Range(0, Classes).MaxBy(k => scores[k * 16 + cell])
                  let x = (cell % 4 + 0.5) * 8
                  let y = (cell / 4 + 0.5) * 8
                  select new ReferenceBox(c, Sigmoid(scores[c * 16 + cell]), x - 8 * sides[cell], y - 8 * sides[16 + cell], x + 8 * sides[32 + cell], y + 8 * sides[48 + cell]);
        ModelDecoder decoder = Create(Settings(Width, Height, """{"kind": "fcos", "strides": [8]}""", Labels(Classes)), [1, 3, 4, 4], [1, 4, 4, 4]);
        Equal(Select(all, 0.4, 0.5, Width, Height), Decode(decoder, Width, Height, scores, sides).Boxes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void YoloX(bool decoded)
    {
        const int Width = 32, Height = 16, N = 8 + 2;
        float[] table = Random(9, N * (5 + Classes), 0, 1);
        if (decoded) for (int i = 0; i < N; i++) for (int k = 0; k < 4; k++) table[i * (5 + Classes) + k] *= 32;
        var all = Enumerable.Range(0, N).Select(i =>
        {
            double[] row = [.. table.Skip(i * (5 + Classes)).Take(5 + Classes).Select(static v => (double)v)];
            (int cell, int stride, int columns) = i < 8 ? (i, 8, 4) : (i - 8, 16, 2);
            int c = Enumerable.Range(0, Classes).MaxBy(k => row[5 + k]);
            return decoded
                ? ReferenceBox.Centred(c, row[4] * row[5 + c], row[0], row[1], row[2], row[3])
                : ReferenceBox.Centred(c, row[4] * row[5 + c], (row[0] + cell % columns) * stride, (row[1] + cell / columns) * stride, Math.Exp(row[2]) * stride, Math.Exp(row[3]) * stride);
        });
        string settings = $$"""{"kind": "yolox", "strides": [8, 16], "score": 0.2, "decoded": {{(decoded ? "true" : "false")}}}""";
        ModelDecoder decoder = Create(Settings(Width, Height, settings, Labels(Classes)), [1, N, 5 + Classes]);
        Equal(Select(all, 0.2, 0.5, Width, Height), Decode(decoder, Width, Height, table).Boxes);
    }

    [Theory]
    [InlineData("yolov5", false)]
    [InlineData("yolov8", false)]
    [InlineData("yolov8", true)]
    public void Yolo_tables(string kind, bool channelsFirst)
    {
        const int Width = 64, Height = 64, N = 30;
        int before = kind == "yolov5" ? 5 : 4, each = before + Classes;
        float[] table = Random(10, N * each, 0, 1);
        for (int i = 0; i < N; i++) for (int k = 0; k < 4; k++) table[i * each + k] *= 64;
        var all = Enumerable.Range(0, N).Select(i => table.AsSpan(i * each, each).ToArray()).Select(row =>
        {
            int c = Enumerable.Range(0, Classes).MaxBy(k => row[before + k]);
            return ReferenceBox.Centred(c, row[before + c] * (before == 5 ? (double)row[4] : 1), row[0], row[1], row[2], row[3]);
        });
        int[] shape = channelsFirst ? [1, each, N] : [1, N, each];
        ModelDecoder decoder = Create(Settings(Width, Height, $$"""{"kind": "{{kind}}", "score": 0.3}""", Labels(Classes)), shape);
        Equal(Select(all, 0.3, 0.5, Width, Height), Decode(decoder, Width, Height, channelsFirst ? Transposed(table, N) : table).Boxes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void YoloV5_heads(bool split)
    {
        const int Width = 32, Height = 24, Each = 5 + Classes;
        double[][] anchors = [[10, 13, 16, 30], [40, 20, 33, 23]];
        int[] columns = [4, 2], rows = [3, 2];
        // In the order anchor, row, column, channel.
        float[][] heads = [Random(11, 2 * 12 * Each, -2, 2), Random(12, 2 * 4 * Each, -2, 2)];
        var all = from l in Enumerable.Range(0, 2)
                  from a in Enumerable.Range(0, 2)
                  from cell in Enumerable.Range(0, columns[l] * rows[l])
                  let v = heads[l].Skip((a * columns[l] * rows[l] + cell) * Each).Take(Each).Select(static x => Sigmoid(x)).ToArray()
                  let c = Enumerable.Range(0, Classes).MaxBy(k => v[5 + k])
                  let stride = 8 << l
                  select ReferenceBox.Centred(c, v[4] * v[5 + c], (v[0] * 2 - 0.5 + cell % columns[l]) * stride, (v[1] * 2 - 0.5 + cell / columns[l]) * stride,
                      Math.Pow(v[2] * 2, 2) * anchors[l][2 * a], Math.Pow(v[3] * 2, 2) * anchors[l][2 * a + 1]);
        var settings = Settings(Width, Height, """{"kind": "yolov5", "strides": [8, 16], "anchors": [[10, 13, 16, 30], [40, 20, 33, 23]], "score": 0.3}""", Labels(Classes));
        float[] Maps(int l) => [.. heads[l].Chunk(columns[l] * rows[l] * Each).SelectMany(anchor => Transposed(anchor, columns[l] * rows[l]))];
        (ModelDecoder decoder, float[][] outputs) = split
            ? (Create(settings, [1, 2, 3, 4, Each], [1, 2, 2, 2, Each]), heads)
            : (Create(settings, [1, 2 * Each, 3, 4], [1, 2 * Each, 2, 2]), [Maps(0), Maps(1)]);
        Equal(Select(all, 0.3, 0.5, Width, Height), Decode(decoder, Width, Height, outputs).Boxes);
    }

    [Fact]
    public void YoloV8_heads_put_sixteen_bins_a_side_before_the_classes()
    {
        const int Width = 32, Height = 32;
        float[][] heads = [Random(13, 16 * (64 + Classes), -2, 2), Random(14, 4 * (64 + Classes), -2, 2)];
        var all = from l in Enumerable.Range(0, 2)
                  let n = 4 >> l
                  from cell in Enumerable.Range(0, n * n)
                  let v = Enumerable.Range(0, 64 + Classes).Select(c => (double)heads[l][c * n * n + cell]).ToArray()
                  let d = Enumerable.Range(0, 4).Select(s => Enumerable.Range(0, 16).Sum(k => k * Math.Exp(v[s * 16 + k])) / Enumerable.Range(0, 16).Sum(k => Math.Exp(v[s * 16 + k])) * (8 << l)).ToArray()
                  let c = Enumerable.Range(0, Classes).MaxBy(k => v[64 + k])
                  let x = (cell % n + 0.5) * (8 << l)
                  let y = (cell / n + 0.5) * (8 << l)
                  select new ReferenceBox(c, Sigmoid(v[64 + c]), x - d[0], y - d[1], x + d[2], y + d[3]);
        ModelDecoder decoder = Create(Settings(Width, Height, """{"kind": "yolov8", "strides": [8, 16], "iou": 0.7}""", Labels(Classes)), [1, 67, 4, 4], [1, 67, 2, 2]);
        Equal(Select(all, 0.4, 0.7, Width, Height), Decode(decoder, Width, Height, heads).Boxes);
    }

    [Fact]
    public void Priors_with_landmarks()
    {
        const int Width = 32, Height = 16, P = 8 * 2 + 2;
        float[] offsets = Random(15, P * 4, -2, 2), scores = Random(16, P * 2, 0, 1), marks = Random(17, P * 10, -2, 2);
        double[][] sizes = [[4, 10], [12]];
        var priors = (from l in Enumerable.Range(0, 2)
                      let stride = 8 << l
                      from y in Enumerable.Range(0, 16 / stride)
                      from x in Enumerable.Range(0, 32 / stride)
                      from s in sizes[l]
                      select (X: (x + 0.5) * stride, Y: (y + 0.5) * stride, S: s)).ToArray();
        var all = priors.Select((p, i) => ReferenceBox.Centred(1, scores[2 * i + 1], p.X + 0.1 * offsets[4 * i] * p.S, p.Y + 0.1 * offsets[4 * i + 1] * p.S,
            p.S * Math.Exp(0.2 * offsets[4 * i + 2]), p.S * Math.Exp(0.2 * offsets[4 * i + 3])));
        List<ReferenceBox> expected = Select(all, 0.5, 0.4, Width, Height);
        ModelDecoder decoder = Create(Settings(Width, Height, """{"kind": "retinaface", "strides": [8, 16], "min_sizes": [[4, 10], [12]], "score": 0.5, "iou": 0.4}""", "background", "face"),
            [1, P, 4], [1, P, 2], [1, P, 10]);
        Findings findings = Decode(decoder, Width, Height, offsets, scores, marks);
        Equal(expected, findings.Boxes);
        Assert.Equal(5, findings.LandmarksOfBox);
        int best = Enumerable.Range(0, P).MaxBy(i => scores[2 * i + 1]);
        for (int k = 0; k < 5; k++)
        {
            Assert.Equal(priors[best].X + 0.1 * marks[10 * best + 2 * k] * priors[best].S, findings.Landmarks(0)[k].X, 1e-3);
            Assert.Equal(priors[best].Y + 0.1 * marks[10 * best + 2 * k + 1] * priors[best].S, findings.Landmarks(0)[k].Y, 1e-3);
        }
    }
}
