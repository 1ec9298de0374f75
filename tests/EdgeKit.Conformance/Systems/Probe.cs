using System.Diagnostics;
using System.Globalization;
using EdgeKit.Onnx;
using EdgeKit.Testing;
using Xunit;
using Xunit.Abstractions;

namespace EdgeKit.Conformance.Systems;

public class Probe(ITestOutputHelper log)
{
    [Fact]
    public void Counts()
    {
        foreach (string name in Zoo.FurtherNames.Concat(Zoo.Names))
        {
            try
            {
                ModelSummary s = ModelSummary.Of(Zoo.Outline(name));
                log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {s.Parameters,14:N0} {s.Macs,18:N0}"));
            }
            catch (Exception e) { log.WriteLine($"{name} FAILED {e.Message}"); }
        }
    }

    public static TheoryData<string, double, int> Small => new()
    {
        {"alexnet",.125,67},{"condconv",.25,32},{"convnext-tiny",.125,32},{"darknet-53",.125,32},{"densenet-121",.25,32},{"edgenext-xx-small",.35,64},{"efficientnet-b0",.25,64},
        {"googlenet",.125,64},{"inception-resnet-v2",.125,75},{"inception-v2",.125,32},{"inception-v3",.125,75},{"inception-v4",.125,75},{"lenet-5",1,32},{"mlp",1,28},{"mobilenet-v4-small",.25,64},
        {"mobilevit-small",.25,64},{"nin",.125,67},{"resnet-101",.125,32},{"resnet-50-cbam",.125,32},{"resnet-50-se",.125,32},{"resnext-50",.25,64},{"spp-net",.125,112},{"vgg-16",.125,32},{"vit-tiny",.25,64},
        {"hydranet",.25,64},{"retinanet-resnet-50",.125,64},{"ssd-mobilenet-v1",.25,128},{"yolov8-nano",.5,64},{"deeplab-v3-resnet-50",.125,64},{"fcn-8s",.0625,32},{"hourglass",.125,64},{"unet",.125,32},
        {"autoencoder",.25,28},{"dcgan-discriminator",.25,80},{"dcgan-generator",.125,64},{"espcn",1,32},{"esrgan",.125,8},{"gcn",1,64},{"transformer-encoder",.25,16},{"wavenet",1,256},
        {"resnet-50",.25,64},{"mobilenet-v2",.5,64},
    };

    [OrtTheory]
    [MemberData(nameof(Small))]
    public void Run(string name, double width, int size)
    {
        var clock = Stopwatch.StartNew();
        var o = new ZooOptions { Width = width, Size = size, Classes = 10 };
        Graph g = Zoo.Create(name, o);
        long build = clock.ElapsedMilliseconds;
        SystemResult r = SystemCheck.Of(new SystemRow(name, name, 0, 0, o));
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-22} macs {ModelSummary.Of(g).Macs/1e6:f1}M err {r.FloatError:e1} cos {r.Cosine:f4} {SystemCheck.Phases} int8 {r.QuantizedOperators} float {string.Join(", ", r.FloatOperators.GroupBy(f => (f.OpType, f.Reason)).Select(f => $"{f.Key.OpType}x{f.Count()}({f.Key.Reason})"))} removed {r.Removed} free {r.Groups.Count(g => !g.IsFrozen)}/{r.Groups.Count} frozen {string.Join(" | ", r.Groups.SelectMany(g => g.FrozenReasons.Take(1)).GroupBy(x => x).Select(x => $"{x.Count()} {x.Key}").Take(6))} time {build} {clock.ElapsedMilliseconds}"));
    }
}
