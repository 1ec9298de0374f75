using EdgeKit.Onnx;
using EdgeKit.Onnx.Format;
using Google.Protobuf;
using Xunit;

namespace EdgeKit.Tests.Onnx;

/// <summary>Every way in which a file can store a tensor.</summary>
public sealed class TensorReaderTests
{
    [Fact]
    public void Raw_bytes_of_every_type()
    {
        Assert.Equal([1.5f, -2f], Read(1, [2], "0000C03F000000C0").AsSpan<float>().ToArray());
        Assert.Equal([1, 255], Read(2, [2], "01FF").AsSpan<byte>().ToArray());
        Assert.Equal([1, -1], Read(3, [2], "01FF").AsSpan<sbyte>().ToArray());
        Assert.Equal([258, -1], Read(6, [2], "02010000FFFFFFFF").AsSpan<int>().ToArray());
        Assert.Equal([258L], Read(7, [1], "0201000000000000").AsSpan<long>().ToArray());
        Assert.Equal([true, false, true], Read(9, [3], "010002").AsSpan<bool>().ToArray());
        Assert.Equal([1.5f, -65504f], Read(10, [2], "003EFFFB").AsSpan<float>().ToArray());
        Assert.Equal([1.0], Read(11, [1], "000000000000F03F").AsSpan<double>().ToArray());
        Assert.Equal([1.5f, -2f], Read(16, [2], "C03F00C0").AsSpan<float>().ToArray());
    }

    [Fact]
    public void Typed_arrays_of_every_type()
    {
        Assert.Equal([1.5f], Read(new TensorProto { DataType = 1, Dims = { 1 }, FloatData = { 1.5f } }).AsSpan<float>().ToArray());
        Assert.Equal([200], Read(new TensorProto { DataType = 2, Dims = { 1 }, Int32Data = { 200 } }).AsSpan<byte>().ToArray());
        Assert.Equal([-100], Read(new TensorProto { DataType = 3, Dims = { 1 }, Int32Data = { -100 } }).AsSpan<sbyte>().ToArray());
        Assert.Equal([-7], Read(new TensorProto { DataType = 6, Dims = { 1 }, Int32Data = { -7 } }).AsSpan<int>().ToArray());
        Assert.Equal([1L << 40], Read(new TensorProto { DataType = 7, Dims = { 1 }, Int64Data = { 1L << 40 } }).AsSpan<long>().ToArray());
        Assert.Equal([true, false], Read(new TensorProto { DataType = 9, Dims = { 2 }, Int32Data = { 2, 0 } }).AsSpan<bool>().ToArray());
        Assert.Equal([1.5f], Read(new TensorProto { DataType = 10, Dims = { 1 }, Int32Data = { 0x3E00 } }).AsSpan<float>().ToArray());
        Assert.Equal([2.5], Read(new TensorProto { DataType = 11, Dims = { 1 }, DoubleData = { 2.5 } }).AsSpan<double>().ToArray());
        Assert.Equal([-2f], Read(new TensorProto { DataType = 16, Dims = { 1 }, Int32Data = { 0xC000 } }).AsSpan<float>().ToArray());
    }

    [Fact]
    public void A_scalar_has_rank_0_and_an_empty_tensor_no_elements()
    {
        Assert.Equal(0, Read(1, [], "0000C03F").Rank);
        Assert.Equal([3, 0], Read(new TensorProto { DataType = 1, Dims = { 3, 0 } }).Shape);
        Assert.Equal(0, Read(7, [0], "").Length);
    }

    [Theory]
    [InlineData(8, "string")]
    [InlineData(12, "uint32")]
    [InlineData(22, "int4")]
    [InlineData(99, "number 99")]
    public void Other_types_are_refused_by_name(int type, string name)
    {
        ModelException e = Assert.Throws<ModelException>(() => Read(new TensorProto { DataType = type }));
        Assert.Contains($"element type {name} is not supported", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_does_not_fill_the_shape_is_refused()
    {
        Assert.Contains("4 bytes of data do not fill shape [2]", Refused(1, [2], "00000000"), StringComparison.Ordinal);
        Assert.Contains("dimension -1", Refused(1, [-1], "00000000"), StringComparison.Ordinal);
        Assert.Contains("dimension 4294967296", Refused(1, [4294967296], ""), StringComparison.Ordinal);
        Assert.Contains("more elements than an array can hold", Refused(1, [2147483647, 2147483647], ""), StringComparison.Ordinal);
        ModelException e = Assert.Throws<ModelException>(() => Read(new TensorProto { DataType = 1, Dims = { 2000000000 }, FloatData = { 1 } }));
        Assert.Contains("1 elements of data", e.Message, StringComparison.Ordinal);
    }

    private static string Refused(int type, long[] dims, string hex) => Assert.Throws<ModelException>(() => Read(type, dims, hex)).Message;

    private static Tensor Read(int type, long[] dims, string hex)
    {
        var proto = new TensorProto { DataType = type, RawData = ByteString.CopyFrom(Convert.FromHexString(hex)) };
        proto.Dims.Add(dims);
        return Read(proto);
    }

    private static Tensor Read(TensorProto proto) => TensorReader.Read(proto, folder: null);
}
