using System.Globalization;
using EdgeKit.Onnx;
using EdgeKit.Onnx.Format;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Onnx;

/// <summary>Weights in files beside the model, and attempts to reach other files that way.</summary>
public sealed class ExternalDataTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgekit-external-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Data_is_read_from_below_the_folder_of_the_model()
    {
        Directory.CreateDirectory(In("model", "weights"));
        File.WriteAllBytes(In("model", "weights", "w.bin"), [9, 9, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 9]);
        Assert.Equal([1.5f, -2f], Load("weights/w.bin", offset: 2).Find("w")!.Constant!.AsSpan<float>().ToArray());
    }

    [Theory]
    [InlineData("../secret.bin")]
    [InlineData("weights/../../secret.bin")]
    [InlineData("..\\secret.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("C:\\secret.bin")]
    [InlineData("./w.bin")]
    [InlineData("")]
    public void Paths_out_of_the_folder_are_refused(string location)
    {
        Directory.CreateDirectory(In("model"));
        File.WriteAllBytes(In("secret.bin"), new byte[8]);
        Assert.Contains("not a plain path below", Refused(location), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_are_refused()
    {
        Directory.CreateDirectory(In("model"));
        File.WriteAllBytes(In("secret.bin"), new byte[8]);
        File.CreateSymbolicLink(In("model", "link.bin"), In("secret.bin"));
        Directory.CreateSymbolicLink(In("model", "folder"), _folder.FullName);
        Assert.Contains("not a plain path below", Refused("link.bin"), StringComparison.Ordinal);
        Assert.Contains("not a plain path below", Refused("folder/secret.bin"), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_or_short_files_are_refused()
    {
        Directory.CreateDirectory(In("model"));
        File.WriteAllBytes(In("model", "w.bin"), new byte[8]);
        Assert.Contains("cannot be read", Refused("other.bin"), StringComparison.Ordinal);
        Assert.Contains("ends before the data", Refused("w.bin", offset: 1), StringComparison.Ordinal);
        Assert.Contains("ends before the data", Refused("w.bin", offset: long.MaxValue), StringComparison.Ordinal);
        Assert.Contains("7 bytes of external data where 8 are wanted", Refused("w.bin", length: 7), StringComparison.Ordinal);
        Assert.Contains("offset '-4' is not a number", Refused("w.bin", offset: -4), StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_without_a_file_have_no_data_beside_them()
    {
        ModelException e = Assert.Throws<ModelException>(() => OnnxFile.Parse(Model("w.bin", 0, 8), "bytes"));
        Assert.StartsWith("bytes: initializer 'w': the data lies in another file", e.Message, StringComparison.Ordinal);
    }

    private string Refused(string location, long offset = 0, long length = 8)
    {
        string message = Assert.Throws<ModelException>(() => Load(location, offset, length)).Message;
        Assert.StartsWith($"{In("model", "m.onnx")}: initializer 'w': ", message, StringComparison.Ordinal);
        return message;
    }

    private Graph Load(string location, long offset = 0, long length = 8)
    {
        File.WriteAllBytes(In("model", "m.onnx"), Model(location, offset, length));
        return OnnxFile.Load(In("model", "m.onnx"));
    }

    private static byte[] Model(string location, long offset, long length)
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 2).Node("Add", "x w", "y").Output("y");
        builder.Model.Graph.Initializer.Add(new TensorProto
        {
            Name = "w",
            DataType = 1,
            Dims = { 2 },
            DataLocation = TensorProto.Types.DataLocation.External,
            ExternalData = { Entry("location", location), Entry("offset", Text(offset)), Entry("length", Text(length)) },
        });
        return builder.ToBytes();
    }

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private string In(params string[] parts) => Path.Combine([_folder.FullName, .. parts]);
}
