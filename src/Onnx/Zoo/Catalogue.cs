using static EdgeKit.Onnx.Networks.ZooNetwork;

namespace EdgeKit.Onnx.Networks;

/// <summary>Every network of the <see cref="Zoo"/> by name.</summary>
internal static class Catalogue
{
    /// <summary>Classifiers light enough for a small board, and to be trained by <c>edgekit train</c>.</summary>
    internal static SortedDictionary<string, ZooNetwork> Light { get; } = new(StringComparer.Ordinal)
    {
        ["efficientnet-lite0"] = Classifier(EfficientNet.BuildLite0),
        ["mobilenet-v1"] = Classifier(MobileNetV1.Build),
        ["mobilenet-v2"] = Classifier(MobileNetV2.Build),
        ["mobilenet-v3-large"] = Classifier(MobileNetV3.BuildLarge),
        ["mobilenet-v3-small"] = Classifier(MobileNetV3.BuildSmall),
        ["resnet-18"] = Classifier(ResNet.Build18),
        ["resnet-50"] = Classifier(ResNet.Build50),
        ["resnet-8"] = Classifier(ResNet8.Build),
        ["shufflenet-v1"] = Classifier(ShuffleNetV1.Build),
        ["shufflenet-v2"] = Classifier(ShuffleNetV2.Build),
        ["squeezenet-1.1"] = Classifier(SqueezeNet.Build),
    };

    /// <summary>All others: large classifiers, detectors, segmenters, generators, sequences.</summary>
    internal static SortedDictionary<string, ZooNetwork> Further { get; } = new(StringComparer.Ordinal)
    {
        ["alexnet"] = Classifier(AlexNet.Build).At(227, least: 67),
        ["c3d"] = Classifier(VolumeConvolutional.Build).At(112, step: 16).Of(101).From(static o => [1, 3, VolumeConvolutional.Frames, o.Size, o.Size]),
        ["condconv"] = Classifier(ConditionalConv.Build),
        ["convnext-tiny"] = Classifier(ConvNeXt.BuildTiny),
        ["convnext-v2-atto"] = Classifier(ConvNeXt.BuildV2Atto),
        ["darknet-53"] = Classifier(DarkNet.Build53).At(256),
        ["deformable"] = Classifier(Deformable.Build),
        ["densenet-121"] = Classifier(DenseNet.Build121),
        ["edgenext-xx-small"] = Classifier(EdgeNeXt.BuildTiny).At(256, step: 32),
        ["efficientnet-b0"] = Classifier(EfficientNet.BuildB0),
        ["efficientnet-lite4"] = Classifier(EfficientNet.BuildLite4).At(300),
        ["googlenet"] = Classifier(GoogLeNet.Build).At(224, least: 64),
        ["inception-resnet-v2"] = Classifier(InceptionResNet.Build).At(299, least: 75),
        ["inception-v2"] = Classifier(InceptionV2.Build),
        ["inception-v3"] = Classifier(InceptionV3.Build).At(299, least: 75),
        ["inception-v4"] = Classifier(InceptionV4.Build).At(299, least: 75),
        ["lenet-5"] = Classifier(LeNet.Build).At(32).Of(10).From(Brightness),
        ["levit-128s"] = Classifier(LeVit.Build128S),
        ["mlp"] = Classifier(Perceptron.Build).At(28, least: 8).Of(10).From(Brightness),
        ["mobilenet-v4-hybrid-medium"] = Classifier(MobileNetV4Hybrid.BuildMedium).At(256),
        ["mobilenet-v4-small"] = Classifier(MobileNetV4.BuildSmall),
        ["mobilevit-small"] = Classifier(MobileVit.BuildSmall).At(256, least: 64, step: 64),
        ["nin"] = Classifier(NetworkInNetwork.Build).At(227, least: 67),
        ["resnet-101"] = Classifier(ResNet.Build101),
        ["resnet-152"] = Classifier(ResNet.Build152),
        ["resnet-50-cbam"] = Classifier(ResNet.BuildCbam50),
        ["resnet-50-se"] = Classifier(ResNet.BuildSqueezeExcite50),
        ["resnext-50"] = Classifier(ResNet.BuildNext50),
        ["spp-net"] = Classifier(SppNet.Build).At(224, least: 112),
        ["vgg-16"] = Classifier(Vgg.Build16),
        ["vit-tiny"] = Classifier(VisionTransformer.BuildTiny).At(224, step: 16),

        ["detr-resnet-50"] = new ZooNetwork(Detr.Build50).At(800, least: 64, step: 32).Of(91),
        ["hydranet"] = new ZooNetwork(HydraNet.Build).At(416, least: 64, step: 32),
        ["retinanet-resnet-50"] = new ZooNetwork(RetinaNet.Build50).At(800, least: 64, step: 32).Of(91),
        ["ssd-mobilenet-v1"] = new ZooNetwork(MobileNetSsd.Build).At(300, least: 64).Of(90),
        ["yolov8-nano"] = new ZooNetwork(YoloV8.BuildNano).At(640, step: 32).Of(80),

        ["deeplab-v3-resnet-50"] = new ZooNetwork(DeepLab.Build50).At(520, least: 64, step: 8).Of(21),
        ["fcn-8s"] = new ZooNetwork(FullyConvolutional.Build8).At(500).Of(21),
        ["hourglass"] = new ZooNetwork(Hourglass.Build).At(256, least: 64, step: 64).Of(16),
        ["unet"] = new ZooNetwork(UNet.Build).At(512, step: 16).Of(2).From(Brightness),

        ["autoencoder"] = new ZooNetwork(Autoencoder.Build).At(28, least: 8).From(Brightness),
        ["dcgan-discriminator"] = new ZooNetwork(DeepConvolutionalGan.BuildDiscriminator).At(64, least: 64),
        ["dcgan-generator"] = new ZooNetwork(DeepConvolutionalGan.BuildGenerator).At(64).From(static _ => [1, DeepConvolutionalGan.Noise, 1, 1]),
        ["espcn"] = new ZooNetwork(SubPixel.Build).From(Brightness),
        ["esrgan"] = new ZooNetwork(ResidualDense.Build).At(128, least: 8),

        ["gat"] = Graph(GraphNetworks.BuildAttention),
        ["gcn"] = Graph(GraphNetworks.BuildConvolution),
        ["gin"] = Graph(GraphNetworks.BuildIsomorphism),
        ["graphsage"] = Graph(GraphNetworks.BuildSage),
        ["gru-head"] = Classifier(RecurrentHead.BuildGru).At(16, least: 2).Of(101).From(Steps),
        ["llama-15m"] = new ZooNetwork(LanguageModel.Build).At(64, least: 2).Of(32_000).From(static o => [1, o.Size, Tokens(LanguageModel.Features, o.Width, 48)]),
        ["lstm-head"] = Classifier(RecurrentHead.BuildLstm).At(16, least: 2).Of(101).From(Steps),
        ["transformer-encoder"] = new ZooNetwork(TransformerEncoder.Build).At(128, least: 8).From(static o => [1, o.Size, Tokens(TransformerEncoder.Features, o.Width, 64)]),
        ["wavenet"] = new ZooNetwork(WaveNet.Build).At(1024).Of(256).From(static o => [1, 1, 1, o.Size]),
    };

    /// <summary>The network of a name, or null.</summary>
    internal static ZooNetwork? Find(string name) => Light.GetValueOrDefault(name) ?? Further.GetValueOrDefault(name);

    private static ZooNetwork Graph(Action<NetBuilder> build) => new ZooNetwork(build).At(2708, least: 8).Of(7).From(static o => [o.Size, GraphNetworks.Features]);

    private static int[] Steps(ZooOptions options) => [options.Size, 1, RecurrentHead.Features];

    private static int[] Brightness(ZooOptions options) => [1, 1, options.Size, options.Size];

    // What the heads divide.
    private static int Tokens(int features, double width, int multiple) => Math.Max(1, (int)Math.Round(features * width / multiple)) * multiple;
}
