namespace EdgeKit.Conformance.Systems;

/// <summary>The systems that the project's sources name: what is built, and what is not.</summary>
public static partial class SystemTable
{
    private const string Torchvision = "torchvision's documentation", Timm = "timm, results/benchmark-infer";

    /// <summary>Classifiers.</summary>
    public static IReadOnlyList<SystemRow> Classifiers { get; } =
    [
        new("LeNet-5", "lenet-5", "C16; 001 P2", 61_706, 416_520)
        {
            Width = 1,
            Published = new(60_000, null, "LeCun et al. 1998; with C3 fully connected (+900), a dense output (+850) and pools without weights (-44)") { OtherParameters = 1_706 },
        },
        new("AlexNet", "alexnet", "003 二.1, 三.1; 002 V11; 004 §3.4; C59", 60_965_224, 724_406_816)
        {
            Size = 67,
            Published = new(61e6, 724e6, "Sze et al., Efficient Processing of Deep Neural Networks (2017), table II"),
        },
        new("VGG-16", "vgg-16", "C11, C12, C29; 001 P1; 002 V15, F1; 003 三.1", 138_357_544, 15_470_264_320) { Published = new(138_357_544, 15.47e9, Torchvision) },
        new("NIN", "nin", "002 V6", 7_595_176, 1_105_996_320) { Size = 67, Published = new(7.6e6, null, "Caffe model zoo: a file of 29 MB") },
        new("Inception-v1 (GoogLeNet)", "googlenet", "002 V5, V6, V15, F1; 003 三.1", 6_998_552, 1_582_671_872)
        {
            Size = 64,
            Published = new(7e6, 1.5e9, "Sze et al. 2017, table II; the paper's budget of 1.5 G multiply-adds") { Tolerance = 0.06 },
        },
        new("Inception-v2", "inception-v2", "003 三.1", 11_285_224, 2_032_600_064)
        {
            Size = 64,
            Published = new(11_295_240, null, "Cadene's port of the authors' weights, which has 10,016 biases before its batch normalisations") { OtherParameters = -10_016 },
        },
        new("Inception-v3", "inception-v3", "003 三.1", 23_834_568, 5_713_216_096) { Size = 107, Published = new(23.83e6, 5.73e9, Timm) },
        new("Inception-v4", "inception-v4", "003 三.1", 42_679_816, 12_253_974_624) { Size = 107, Published = new(42.68e6, 12.28e9, Timm) },
        new("Inception-ResNet-v2", "inception-resnet-v2", "003 三.1", 55_843_464, 13_155_794_016) { Size = 75, Published = new(55.84e6, 13.18e9, Timm) },
        new("ResNet-18", "resnet-18", "C1, C6, C11, C62; 003 三.1; 004 §4.1", 11_689_512, 1_814_073_344) { Width = 0.25, Published = new(11_689_512, 1.81e9, Torchvision) },
        new("ResNet-50", "resnet-50", "C1, C22-C24, C30; 001 P4, P10; 002 V6, F16; 003 三.1", 25_557_032, 4_089_184_256) { Published = new(25_557_032, 4.09e9, Torchvision) },
        new("ResNet-101", "resnet-101", "003 三.1; 004 §4.1", 44_549_160, 7_801_405_440) { Published = new(44_549_160, 7.80e9, Torchvision) },
        new("ResNet-152", "resnet-152", "003 三.1", 60_192_808, 11_513_626_624) { Published = new(60_192_808, 11.51e9, Torchvision) },
        new("ResNeXt-50 32x4d", "resnext-50", "002 V15; 003 三.1; 004 §3.4; C37", 25_028_904, 4_230_479_872) { Width = 0.25, Published = new(25_028_904, 4.23e9, Torchvision) },
        new("DenseNet-121", "densenet-121", "000/001 4.3 title", 7_978_856, 2_834_161_664) { Width = 0.25, Published = new(7_978_856, 2.83e9, Torchvision) },
        new("SE-ResNet-50", "resnet-50-se", "004 §4.3; C62, C64; 001 P8", 28_088_024, 4_091_699_200)
        {
            Published = new(28.09e6, null, "timm, seresnet50; the paper's 3.87 G multiply-adds have the stride on the 1x1"),
        },
        new("CBAM-ResNet-50", "resnet-50-cbam", "004 §4.3; C64; 001 P5, P8", 28_089_624, 4_095_573_110)
        { Cosine = 0.95,
            Published = new(28.09e6, null, "Woo et al. 2018, table 4; their 3.864 G multiply-adds have the stride on the 1x1"),
        },
        new("EfficientNet-B0", "efficientnet-b0", "000/001 4.3 title, C62; 001 P5, P11; 004 §2.1", 5_288_548, 385_814_752) { Cosine = 0.9, Width = 0.25, Size = 64, Published = new(5.3e6, 0.39e9, "Tan and Le 2019, table 2") },
        new("EfficientNet-Lite0", "efficientnet-lite0", "C56, C58, C62; 001 P15", 4_652_008, 385_187_552) { Width = 0.25, Published = new(4.7e6, 0.39e9, "tensorflow/tpu, efficientnet/lite; multiply-adds as B0's in the paper") },
        new("EfficientNet-Lite4", "efficientnet-lite4", "C56, C58, C62; 001 P15", 13_006_568, 2_553_034_336)
        {
            Size = 64,
            Published = new(13_006_568, 4.04e9, "tensorflow/tpu, efficientnet/lite, whose 2.64 G at 300x300 are 3 % more than ours, as its 407 M of Lite0 are 6 %, and whose way of counting is not told; 4.04 G are timm's at 380x380, less two for every normalised number, as fvcore counts them")
            {
                MacsSize = 380,
                OtherMacs = -2 * 45_658_608,
            },
        },
        new("MobileNetV1", "mobilenet-v1", "C56, C59, C62; 004 §4.2", 4_231_976, 568_740_352) { Width = 0.25, Published = new(4.2e6, 569e6, "Howard et al. 2017, table 8") },
        new("MobileNetV2", "mobilenet-v2", "C48, C61, C62, C64; 004 §4.2", 3_504_872, 300_774_272) { Cosine = 0.95, Width = 0.25, Published = new(3.5e6, 300e6, "Sandler et al. 2018, table 4; parameters of torchvision") },
        new("MobileNetV3-Large", "mobilenet-v3-large", "C57, C62; 001 P15", 5_483_032, 216_589_760) { Cosine = 0.9, Width = 0.25, Size = 64, Published = new(5.4e6, 219e6, "Howard et al. 2019, table 3") },
        new("MobileNetV3-Small", "mobilenet-v3-small", "C57, C62; 001 P15", 2_542_856, 56_510_400) { Cosine = 0.9, Width = 0.25, Published = new(2.5e6, 56e6, "Howard et al. 2019, table 3") },
        new("MobileNetV4-Conv-S", "mobilenet-v4-small", "C12, C22, C62, C64, C65", 3_774_024, 186_005_568)
        {
            Width = 0.25,
            Size = 64,
            Published = new(3.77e6, 0.19e9, $"{Timm}; the paper rounds to 3.8 M and 0.2 G") { Tolerance = 0.03 },
        },
        new("MobileNetV4-Hybrid-M", "mobilenet-v4-hybrid-medium", "C12, C22, C62, C64, C65", 11_074_648, 1_271_183_360)
        {
            Cosine = 0.98,
            Width = 0.25,
            Size = 64,
            Published = new(11.07e6, 1.29e9, $"{Timm}, whose layers these are"),
        },
        new("ShuffleNetV1 g=3", "shufflenet-v1", "004 §4.2; C42; 001 P11, P15", 1_865_728, 137_460_672) { Width = 0.5, Published = new(1.9e6, 137e6, "Zhang et al. 2018, table 2; parameters of megvii-model/ShuffleNet-Series") },
        new("ShuffleNetV2", "shufflenet-v2", "C56, C62", 2_278_604, 144_907_992) { Width = 0.5, Published = new(2.3e6, 146e6, "Ma et al. 2018, table 8") },
        new("SqueezeNet 1.1", "squeezenet-1.1", "002 V15 §8", 1_235_496, 349_151_936) { Width = 0.25, Published = new(1.24e6, 350e6, "forresti/SqueezeNet, v1.1") },
        new("EdgeNeXt-XXS", "edgenext-xx-small", "C42, C48, C61, C62, C65", 1_373_248, 254_759_360)
        { Cosine = 0.97,
            Width = 0.35,
            Size = 64,
            Published = new(1.33e6, 261e6, "Maaz et al. 2022, table 2; its position encoding is a constant here, 49,152 numbers in place of 3,120 and no multiply-adds")
            {
                OtherParameters = 46_032,
                OtherMacs = -3_145_728,
            },
        },
        new("MobileViT-S", "mobilevit-small", "C43, C48, C50, C61, C62; 001 P15", 5_578_632, 2_000_831_488) { Cosine = 0.97, Width = 0.25, Size = 64, Published = new(5.58e6, 2.03e9, Timm) },
        new("ConvNeXt-T", "convnext-tiny", "C1, C43, C50, C62; 001 T70; 002 V16", 28_589_128, 4_455_531_264) { Published = new(28_589_128, 4.46e9, Torchvision) },
        new("ConvNeXt V2-A (Atto)", "convnext-v2-atto", "C1, C43, C50, C62", 3_708_400, 547_332_480) { Width = 0.25, Published = new(3.71e6, 0.55e9, $"{Timm}; the authors' 3.7 M and 0.55 G") },
        new("LeViT-128S, a ViT-CNN hybrid", "levit-128s", "C1, C14, C43, C50", 8_219_858, 304_660_832)
        {
            Width = 0.5,
            Size = 64,
            Published = new(7.78e6, 305e6, $"facebookresearch/LeViT, parameters of {Timm}; taken as the ViT-CNN hybrid, as it is a ViT whose patches and layers are convolutions, made for CPUs. What is learned of distances is a constant here for every two positions, 448,114 numbers in place of 5,314")
            {
                OtherParameters = 442_800,
            },
        },
        new("ViT-Ti/16", "vit-tiny", "C1, C14, C43; 001 P3, T4-T7, T68; 002 V16, L5", 5_717_416, 1_253_683_200) { Cosine = 0.9, Width = 0.25, Size = 64, Published = new(5.72e6, 1.26e9, Timm) },
        new("CondConv, dynamic convolution", "condconv", "C4, C49; 002 V15 §9", 1_808_020, 704_727_936) { Cosine = 0.95, Width = 0.25, Published = new(Source: "a pattern; no network of this form was published") },
        new("C3D", "c3d", "002 V15 §7; C53", 78_409_573, 38_547_378_176) { Published = new(78.41e6, 38.5e9, "mmaction2, c3d_sports1m: 78.4 M parameters and 38.5 G multiply-adds, for the 101 classes of UCF101") },
        new("DCN, deformable convolutions", "deformable", "002 V12, V15 §6; C46; 003 二.5", 756_326, 212_952_064) { Width = 0.25, Published = new(Source: "a block; the paper puts it into other networks") },
        new("MLP 784-300-100-10", "mlp", "002 F2; TOC 03.01 Q49", 266_610, 266_200) { Width = 1, Size = 28, Published = new(267e3, null, "Han et al., Learning both Weights and Connections (2015), table 1") },
        new("DarkNet-53", "darknet-53", "C4, C56, C62; 001 P1; 002 V16", 41_609_928, 9_285_115_904) { Published = new(41.61e6, 9.31e9, Timm) },
        new("SPP-net (ZF-5)", "spp-net", "002 L4", 77_037_672, 1_255_333_888) { Size = 112 },
    ];

    /// <summary>Detectors and dense prediction.</summary>
    public static IReadOnlyList<SystemRow> Dense { get; } =
    [
        new("YOLOv8n", "yolov8-nano", "C4, C6, C56, C62; 001 P1-P15; 002 V16", 3_157_200, 4_371_993_600)
        {
            Width = 0.5,
            Size = 64,
            Published = new(3_157_200, 4.35e9, "Ultralytics: 3,157,200 parameters, 8.7 GFLOPs, which are two a multiply-add"),
        },
        new("MobileNet-SSD", "ssd-mobilenet-v1", "001 P1", 6_819_839, 1_237_129_408)
        {
            Width = 0.25,
            Size = 128,
            Published = new(6.8e6, 1.2e9, "Howard et al. 2017, table 13") { Tolerance = 0.035 },
        },
        new("FPN (RetinaNet, ResNet-50)", "retinanet-resnet-50", "C21; 001 P14", 34_068_119, 151_540_437_248)
        {
            Size = 64,
            Published = new(34_014_999, 151.54e9, $"{Torchvision}, which does not count the 53,120 numbers of its frozen batch normalisation") { OtherParameters = 53_120 },
        },
        new("DETR", "detr-resnet-50", "C46; 001 P3, T46", 41_459_616, 60_131_712_000)
        {
            Size = 64,
            // Equal to the last bit up to the 309th operator, where 2 of 51,200 codes differ by one; normalised twelve times, that grows.
            Int8Tolerance = 0.1,
            Published = new(41e6, null, "Carion et al. 2020, table 1. What the first queries say to each other is the same for every picture, and a constant here; so are positions, 160,000 numbers"),
        },
        new("HydraNet-style heads", "hydranet", "002 V16", 12_034_456, 8_352_028_672) { Width = 0.25, Size = 64, Published = new(Source: "Tesla published no layers; the trunk is ResNet-18") },
        new("FCN-8s", "fcn-8s", "C44", 134_489_759, 181_529_034_048) { Width = 0.0625, Published = new(134e6, null, "Shelhamer et al. 2017, table 1") },
        new("U-Net", "unet", "C9, C11, C26, C30, C44, C62; 001 P1, P7; 002 V15, V16", 31_030_658, 192_384_335_872),
        new("ASPP, DeepLabV3", "deeplab-v3-resnet-50", "C13, C14, C44, C45; 001 P7; 002 V15-V16; 004 §3.4", 39_638_869, 168_731_205_888)
        {
            Size = 64,
            Published = new(42_004_074, 178.72e9, $"{Torchvision}, with the auxiliary classifier of 2,365,205 parameters and 9.99 G multiply-adds")
            {
                OtherParameters = -2_365_205,
                OtherMacs = -9_990_739_200,
            },
        },
        new("Stacked hourglass", "hourglass", "003 四.3", 6_570_400, 8_334_606_336) { Size = 64, Published = new(Source: "the paper gives no figures; counted as bearpaw/pytorch-pose builds it") },
    ];

    /// <summary>Generators, sequences, graphs.</summary>
    public static IReadOnlyList<SystemRow> Others { get; } =
    [
        new("ESPCN x3", "espcn", "001 P14; 002 F16 (super-resolution)", 22_729, 1_135_181_824) { Width = 1 },
        new("ESRGAN (RRDBNet)", "esrgan", "C65; 001 P14; 002 F16", 16_697_987, 293_713_477_632) { Size = 8, Published = new(16.7e6, null, "xinntao/Real-ESRGAN, whose generator is the same") },
        new("DCGAN generator", "dcgan-generator", "001 P7, P13; 002 V3, V7, F14; 003 二.3", 3_576_704, 104_628_224) { Size = 64 },
        new("DCGAN discriminator", "dcgan-discriminator", "001 P7, P13; 002 V3, F14", 2_765_568, 103_817_216) { Width = 0.25, Size = 80 },
        new("Autoencoder 784-1000-500-250-30", "autoencoder", "003 四.3; 002 F2", 2_837_314, 2_833_000) { Width = 0.25, Size = 28 },
        new("WaveNet", "wavenet", "001 P2; 002 F16", 93_120, 93_388_800) { Width = 1, Size = 256, Published = new(Source: "one stack; the paper gives no figures") },
        new("Transformer encoder, base", "transformer-encoder", "001 T1-T70", 18_914_304, 2_516_582_400) { Width = 0.25, Size = 16, Published = new(Source: "the paper counts the whole model") },
        new("LLaMA-like decoder: RoPE, RMSNorm, SwiGLU, causal mask", "llama-15m", "001 T1, T5, T9-T14, T24, T57", 15_198_880, 986_185_728)
        {
            Width = 0.34,
            Size = 8,
            Published = new(15_191_712, null, "karpathy/llama2.c, stories15M; embeddings, which it shares with the last layer, are looked up outside; turns and mask are 7,168 constants") { OtherParameters = 7_168 },
        },
        new("LSTM head, CNN+RNN", "lstm-head", "000/001 ch. 5 titles; 001 T15, T45, T49; 002 V16", 551_269, 8_152_320) { Width = 0.25, Size = 8, Published = new(Source: "a pattern; 4 x 256 x (256 + 256) weights and two biases a gate, of which the sum is kept") },
        new("GRU head, bidirectional", "gru-head", "000/001 ch. 5 titles; 001 T15, T49", 321_637, 4_646_144) { Width = 0.25, Size = 8, Published = new(Source: "a pattern; 2 x 3 x 128 x (256 + 128) weights and biases") },
        new("GCN", "gcn", "000/001 ch. 7 title", 23_063, 231_057_392) { Width = 1, Size = 64, Published = new(Source: "for Cora; the paper gives no figures") },
        new("GAT", "gat", "000/001 ch. 7 title", 92_373, 770_615_560) { Width = 1, Size = 64, Published = new(Source: "for Cora; the paper gives no figures") },
        new("GraphSAGE", "graphsage", "000/001 ch. 7 title", 46_103, 10_750_684_176) { Width = 1, Size = 64, Published = new(Source: "on the size of Cora; the paper gives no figures") },
        new("GIN", "gin", "000/001 ch. 7 title", 23_607, 10_689_678_352) { Width = 1, Size = 64, Published = new(Source: "on the size of Cora; the paper gives no figures") },
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SystemRow> Built { get; } = [.. Classifiers, .. Dense, .. Others];
}
