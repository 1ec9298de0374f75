using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using Xunit;
using static EdgeKit.Tests.Imaging.Decoding.DecoderHarness;

namespace EdgeKit.Tests.Imaging.Decoding;

/// <summary>Cases small enough to be worked out by hand.</summary>
public class DetectorCaseTests
{
    [Fact]
    public void A_FastestDet_cell_of_zeros_has_its_corner_as_centre_and_half_the_input_as_size()
    {
        ModelDecoder decoder = Create(Settings(100, 100, "\"fastestdet\"", "a"), [1, 6, 2, 2]);
        // Objectness and class of the cell (1, 1) are 1, so that its confidence is 1.
        Findings findings = Decode(decoder, 100, 100, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        Assert.Equal([new Detection(0, 1, 25, 25, 75, 75)], findings.Boxes.ToArray());
    }

    [Fact]
    public void A_certain_distribution_is_a_whole_number_of_strides()
    {
        float[] sides = new float[32];
        // Left 1, top 2, right 3, bottom 0 strides.
        sides[1] = sides[8 + 2] = sides[16 + 3] = sides[24] = 100;
        ModelDecoder decoder = Create(Settings(8, 8, """{"kind": "nanodet", "strides": [8]}""", "a", "b"), [1, 1, 2], [1, 1, 32]);
        Fill(decoder, [0.1f, 0.9f], sides);
        Findings findings = decoder.Decode(new ImageMapping(1, 1, 20, 20), 100, 100);
        Assert.True(findings.Boxes.IsEmpty); // input (-4,-12)-(28,4) lies at negative rows of the picture
        findings = decoder.Decode(new ImageMapping(1, 1, -20, -20), 100, 100);
        Assert.Equal([new Detection(1, 0.9f, 4 - 8 + 20, 4 - 16 + 20, 4 + 24 + 20, 4 + 20)], findings.Boxes.ToArray());
    }

    [Fact]
    public void A_prior_without_offset_is_the_box()
    {
        // 4,420 priors of UltraFace at 320x240; the last stands in the last cell (4, 3) of stride 64 with side 256.
        float[] scores = new float[4420 * 2], boxes = new float[4420 * 4];
        scores[0 * 2 + 1] = 0.9f;
        scores[4419 * 2 + 1] = 0.8f;
        ModelDecoder decoder = Create(Settings(320, 240, "\"ssd-priors\"", "background", "face"), [1, 4420, 2], [1, 4420, 4]);
        Detection[] found = Decode(decoder, 320, 240, scores, boxes).Boxes.ToArray();
        Assert.Equal([new Detection(1, 0.9f, 0, 0, 9, 9), new Detection(1, 0.8f, 288 - 128, 224 - 128, 320, 240)], found);
    }

    [Fact]
    public void Background_is_never_found()
    {
        ModelDecoder decoder = Create(Settings(16, 8, """{"kind": "ssd-priors", "strides": [8], "anchors": [[8, 4]]}""", "background", "a", "b"), [1, 2, 3], [1, 2, 4]);
        Findings findings = Decode(decoder, 16, 8, [0.95f, 0.04f, 0.01f, 0.2f, 0.1f, 0.7f], new float[8]);
        Assert.Equal([new Detection(2, 0.7f, 8, 2, 16, 6)], findings.Boxes.ToArray());
    }

    [Fact]
    public void Boxes_go_back_through_a_letterbox()
    {
        // A picture of 200x100 in an input of 100x100: half as large, 25 rows of padding above.
        Preprocessing settings = Settings(100, 100, """{"kind": "yolox", "strides": [100], "decoded": true}""", "a") with { Fit = Fit.Letterbox };
        ModelDecoder decoder = Create(settings, [1, 1, 6]);
        float[] input = new float[3 * 100 * 100];
        ImageMapping mapping = Preprocess.ToFloatNchw(new Frame(200, 100), settings, input);
        Fill(decoder, [50, 50, 20, 10, 1, 0.5f]);
        Assert.Equal([new Detection(0, 0.5f, 80, 40, 120, 60)], decoder.Decode(mapping, 200, 100).Boxes.ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(1e30f)]
    public void Whatever_a_model_puts_out_boxes_lie_in_the_picture(float odd)
    {
        foreach ((ModelDecoder decoder, int outputs) in AllDecoders.Make())
        {
            var random = new Random(1);
            for (int round = 0; round < 20; round++)
            {
                for (int i = 0; i < outputs; i++)
                    foreach (ref float value in decoder.Output(i)) value = random.Next(4) == 0 ? odd : (float)random.NextDouble();
                Findings findings = decoder.Decode(new ImageMapping(0.5f, 0.5f, 1, 2), 50, 40);
                foreach (Detection box in findings.Boxes)
                {
                    Assert.InRange(box.Score, 0, 1);
                    Assert.True(box.Left >= 0 && box.Right > box.Left && box.Right <= 50 && box.Top >= 0 && box.Bottom > box.Top && box.Bottom <= 40, box.ToString());
                }
            }
        }
    }
}
