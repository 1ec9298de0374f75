using EdgeKit.Imaging;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Imaging;

public sealed class ImageSourceTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgekit-imaging-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_folder_gives_its_pictures_in_ordinal_order_and_reads_them_only_when_asked()
    {
        ImageFile.Save(Golden.Noise(1, 3, 2), In("b.png"));
        ImageFile.Save(Golden.Noise(2, 3, 2), In("B.ppm"));
        File.WriteAllText(In("a.JPEG"), "not a picture");
        File.WriteAllText(In("notes.txt"), "");
        Directory.CreateDirectory(In("c.png"));

        ImageSource source = ImageSource.Open(folder);
        Assert.Equal(["B.ppm", "a.JPEG", "b.png"], source.Select(static item => item.Name));
        Golden.AssertSame(Golden.Noise(1, 3, 2), source[2].Load());
        ImageException e = Assert.Throws<ImageException>(() => source[1].Load());
        Assert.Equal($"{In("a.JPEG")}: not a picture that is understood (JPEG, PNG, BMP, PPM or PGM)", e.Message);
    }

    [Fact]
    public void The_content_and_not_the_name_chooses_the_decoder()
    {
        ImageFile.Save(Golden.Noise(1, 3, 2), In("x.png"));
        File.Move(In("x.png"), In("x.jpg"));
        Golden.AssertSame(Golden.Noise(1, 3, 2), ImageSource.Open(In("x.jpg"))[0].Load());
    }

    [Fact]
    public void Cifar_records_bring_labels_and_planes()
    {
        byte[] record = new byte[3073];
        for (int i = 0; i < 1024; i++)
            (record[1 + i], record[1025 + i], record[2049 + i]) = ((byte)i, 100, 200);
        byte[] other = [.. record];
        (record[0], other[0]) = (3, 9);
        File.WriteAllBytes(In("c.bin"), [.. record, .. other]);

        ImageSource source = ImageSource.Open(In("c.bin"));
        Assert.Equal([("c.bin[0]", 3), ("c.bin[1]", 9)], source.Select(static item => (item.Name, item.Label!.Value)));
        Assert.Equal([33, 100, 200], source[1].Load().Row(1)[3..6].ToArray());

        File.WriteAllBytes(In("c.bin"), new byte[3072]);
        Assert.Contains("CIFAR", Assert.Throws<ImageException>(() => ImageSource.Open(In("c.bin"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_are_joined_and_missing_ones_named()
    {
        ImageFile.Save(new Frame(1, 1), In("1.png"));
        Assert.Equal(2, ImageSource.Open(In("1.png"), folder).Count);
        Assert.Contains("no.png: there is no such", Assert.Throws<ImageException>(() => ImageSource.Open(In("no.png"))).Message, StringComparison.Ordinal);
        string empty = Directory.CreateDirectory(In("empty")).FullName;
        Assert.Contains("no pictures", Assert.Throws<ImageException>(() => ImageSource.Open(empty)).Message, StringComparison.Ordinal);
        Assert.Throws<ImageException>(() => ImageSource.Open());
    }

    [Fact]
    public void Noise_is_seeded()
    {
        ImageSource a = ImageSource.Noise(5, 3, 8, 6);
        ImageSource b = ImageSource.Noise(5, 3, 8, 6);
        Assert.Equal(a.Select(static i => i.Load().Pixels), b.Select(static i => i.Load().Pixels));
        Assert.NotEqual(a[0].Load().Pixels, a[1].Load().Pixels);
        Assert.NotEqual(a[0].Load().Pixels, ImageSource.Noise(6, 1, 8, 6)[0].Load().Pixels);
    }

    [Fact]
    public void Labels_join_by_name()
    {
        ImageFile.Save(new Frame(1, 1), In("a,1.png"));
        File.WriteAllText(In("labels.csv"), "file,class\r\na,1.png, 7\r\n\r\nz.png,0\r\n");
        LabelFile labels = LabelFile.Load(In("labels.csv"));
        Assert.Equal(2, labels.Count);
        Assert.Equal(7, ImageSource.Open(folder).WithLabels(labels)[0].Label);

        ImageFile.Save(new Frame(1, 1), In("b.png"));
        ImageException e = Assert.Throws<ImageException>(() => ImageSource.Open(folder).WithLabels(labels));
        Assert.Equal($"{In("labels.csv")}: there is no line for b.png", e.Message);
    }

    [Theory]
    [InlineData("a.png,1\nb.png", "line 2: expected")]
    [InlineData("a.png,1\nb.png,cat", "line 2: the class \"cat\"")]
    [InlineData("a.png,-1", "line 1: the class -1")]
    [InlineData("file,class\na.png,1\na.png,2", "line 3: a.png already has class 1")]
    [InlineData("file,class\n", "no line")]
    public void Label_errors_name_the_line(string text, string reason)
    {
        File.WriteAllText(In("labels.csv"), text);
        ImageException e = Assert.Throws<ImageException>(() => LabelFile.Load(In("labels.csv")));
        Assert.StartsWith(In("labels.csv"), e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Saving_replaces_a_file_whole_and_leaves_nothing_else()
    {
        ImageFile.Save(new Frame(9, 9), In("a.ppm"));
        ImageFile.Save(Golden.Noise(1, 2, 2), In("a.ppm"));
        Golden.AssertSame(Golden.Noise(1, 2, 2), ImageFile.Load(In("a.ppm")));
        Assert.Throws<ImageException>(() => ImageFile.Save(new Frame(1, 1), In("a.gif")));
        Assert.Throws<ImageException>(() => ImageFile.Save(new Frame(1, 1), In("missing/a.png")));
        Assert.Equal([In("a.ppm")], Directory.GetFileSystemEntries(folder));
    }

    [JpegTheory(Data = true)]
    [InlineData("imagenet-calib", 200)]
    [InlineData("voc", 50)]
    [InlineData("driving", 8)]
    [InlineData("driving/tusimple-labelled", 6)]
    [InlineData("detection", 3)]
    [InlineData("faces", 1)]
    [InlineData("ocr", 1)]
    public void Every_real_picture_loads_from_several_threads_at_once(string folderName, int atLeast)
    {
        ImageSource source = ImageSource.Open(TestData.Images(folderName));
        Assert.True(source.Count >= atLeast);
        Parallel.ForEach(source, static item => Assert.True(item.Load().Width > 1));
    }

    [DataFact]
    public void The_labels_of_the_validation_pictures_are_complete()
    {
        string images = TestData.Images("imagenet-val");
        ImageSource source = ImageSource.Open(images).WithLabels(LabelFile.Load(Path.Combine(images, "labels.csv")));
        Assert.Equal(650, source.Count);
        Assert.Equal(2000, ImageSource.Open(TestData.Images("cifar10-test-2000.bin")).Count);
    }

    private string In(string name) => Path.Combine(folder, name);
}
