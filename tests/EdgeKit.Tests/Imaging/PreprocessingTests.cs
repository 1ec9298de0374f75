using EdgeKit.Imaging;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Imaging;

public class PreprocessingTests
{
    private const string Minimal = """{"width": 8, "height": 4, "mean": [1, 2.5, 3], "std": [4, 5, 6]}""";

    [Fact]
    public void Defaults()
    {
        Preprocessing p = Preprocessing.Parse(Minimal, "m.json");
        Assert.Equal((8, 4, ColorOrder.Rgb, Fit.Stretch, 0, (byte)114), (p.Width, p.Height, p.Color, p.Fit, p.LabelOffset, p.Pad));
        Assert.Equal([1f, 2.5f, 3f], p.Mean);
        Assert.Equal([4f, 5f, 6f], p.Std);
        Assert.Null(p.Task ?? p.Classes);
        Assert.Null(p.Decoder);
        Assert.Null(p.Labels ?? p.Outputs);
        Assert.Null(p.Strides);
    }

    [Fact]
    public void Every_field_survives_a_round_trip()
    {
        const string Full = """
            {
              "task": "detect",
              "decoder": "nanodet",
              "width": 416,
              "height": 320,
              "color": "BGR",
              "fit": "letterbox",
              "mean": [
                103.53,
                116.28,
                123.675
              ],
              "std": [
                57.375,
                57.12,
                -58.395
              ],
              "pad": 7,
              "label_offset": 1,
              "labels": [
                "a",
                "b"
              ],
              "classes": "coco80",
              "strides": [
                8,
                16
              ],
              "outputs": [
                "x"
              ]
            }
            """;
        Assert.Equal(Full.ReplaceLineEndings("\n"), Preprocessing.Parse(Full, "full.json").ToJson());
    }

    [Fact]
    public void Unknown_and_null_fields_are_ignored_and_the_case_of_choices_too()
    {
        Preprocessing p = Preprocessing.Parse(Minimal.Replace("{", """{"colour": 3, "task": null, "color": "bgr", "fit": "CROP", """, StringComparison.Ordinal), "m.json");
        Assert.Equal((ColorOrder.Bgr, Fit.Crop), (p.Color, p.Fit));
    }

    [Theory]
    [InlineData("\"width\": 8, ", "", "\"width\" is missing")]
    [InlineData("\"mean\"", "\"means\"", "\"mean\" is missing")]
    [InlineData("\"std\"", "\"stds\"", "\"std\" is missing")]
    [InlineData("8", "\"8\"", "\"width\" must be an integer")]
    [InlineData("8", "8.5", "\"width\" must be an integer")]
    [InlineData("4,", "0,", "\"height\" must be an integer from 1")]
    [InlineData("[4, 5, 6]", "[4, 0, 6]", "\"std\" must be a list of 3 numbers other than 0")]
    [InlineData("[1, 2.5, 3]", "[1, 2]", "\"mean\" must be a list of 3 numbers")]
    [InlineData("[1, 2.5, 3]", "[1, 2, 1e99]", "\"mean\" must be a list of 3 numbers")]
    [InlineData("[1, 2.5, 3]", "7", "\"mean\" must be a list of 3 numbers")]
    [InlineData("{", "{\"color\": \"YUV\", ", "\"color\" must be one of RGB, BGR")]
    [InlineData("{", "{\"fit\": 3, ", "\"fit\" must be a text")]
    [InlineData("{", "{\"pad\": 256, ", "\"pad\" must be an integer from 0 to 255")]
    [InlineData("{", "{\"labels\": [\"a\", 2], ", "\"labels\" must be a list of texts")]
    [InlineData("{", "{\"strides\": [0], ", "\"strides\" must be a list of positive integers")]
    [InlineData("}", "", "not valid JSON")]
    public void Errors_name_file_and_field(string from, string to, string reason)
    {
        int at = Minimal.IndexOf(from, StringComparison.Ordinal);
        string json = Minimal[..at] + to + Minimal[(at + from.Length)..];
        ImageException e = Assert.Throws<ImageException>(() => Preprocessing.Parse(json, "m.json"));
        Assert.StartsWith("m.json: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("null")]
    public void Other_json_is_refused(string json) => Assert.Contains("object", Assert.Throws<ImageException>(() => Preprocessing.Parse(json, "x")).Message, StringComparison.Ordinal);

    [Fact]
    public void The_template_is_valid_and_names_the_size()
    {
        Preprocessing p = Preprocessing.Parse(Preprocessing.Template(96, 64), "template");
        Assert.Equal((96, 64, Fit.Crop), (p.Width, p.Height, p.Fit));
    }

    [Fact]
    public void A_missing_file_is_one_line() =>
        Assert.Equal("nowhere/m.json: there is no such file", Assert.Throws<ImageException>(() => Preprocessing.Load("nowhere/m.json")).Message);

    [DataFact]
    public void Reads_the_file_of_every_real_model()
    {
        string[] files = Directory.GetFiles(Path.Combine(TestData.Root!, "models"), "*.json");
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            Preprocessing p = Preprocessing.Load(file);
            Assert.Equal(p.ToJson(), Preprocessing.Parse(p.ToJson(), "again").ToJson());
        }
    }
}
