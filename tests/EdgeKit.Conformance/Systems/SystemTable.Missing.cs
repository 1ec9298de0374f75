namespace EdgeKit.Conformance.Systems;

/// <content>What the table lacks.</content>
public static partial class SystemTable
{
    private const string Text = "reads token ids: the runtime takes float inputs only, and a cache of keys and values that grows from step to step has no place in a plan of fixed shapes. "
        + "Its blocks are those of the Transformer encoder above";

    /// <summary>Systems that are named and not built, and why.</summary>
    public static IReadOnlyList<MissingSystem> Missing { get; } =
    [
        new("C3D", "002 V15 §7", "Conv and MaxPool over three dimensions"),
        new("RNN, LSTM, GRU, bidirectional, deep RNN, seq2seq, CNN+RNN", "000/001 ch. 5 titles; 001 T15, T45, T49; 002 V16", "LSTM and GRU"),
        new("DCN, deformable blocks", "002 V12, V15 §6; C46", "DeformConv"),
        new("Faster R-CNN, Mask R-CNN", "002 V4, V16; 001 P14; 004 §8.2; C46", "RoiAlign, and a number of boxes that only the picture tells. Their trunk is that of FPN above"),
        new("DETR, Deformable DETR", "C46; 001 P3, T46", "not built yet; DETR needs no operator that is missing, Deformable DETR needs GridSample"),
        new("SAM", "001 P1, P5", "not built yet; its windows and relative positions need no operator that is missing, its prompt decoder a second input"),
        new("EfficientNet-Lite4, ConvNeXt-V2, MobileNetV4 hybrid, ViT-CNN hybrids", "C50, C56, C62, C64; 001 P15", "not built yet; variants of rows above"),
        new("Tesla FSD, XPeng XNet", "C16; 001 P5, P14, P15", "no layers were published"),
        new("BEV models", "C44, C50, C58, C65; 001 T46; 002 V15 §4", "the view transform needs GridSample, and six pictures at a time six inputs; none of the named models has published layers"),
        new("StyleGAN", "002 V15, V16", "kernels that are modulated by a second input are computed weights, which Conv does not take"),
        new("Sora, CogVideoX", "002 V13, V16; 001 P9, T1, T46", "Conv over three dimensions; Sora's layers were not published"),
        new("Stable Diffusion, SD3, Flux, DALL-E, Midjourney, Diffusion Transformer", "C1, C11, C43, C50, C56; 001 P1, P5, T1, T70; 002 V15", "GroupNormalization, and cross-attention to a text encoder that " + Text),
        new("CLIP, Flamingo, GPT-4V, Gemini", "001 P5, P8, T46, T47; 002 L5", "the picture tower is the ViT above in another size; the text tower " + Text),
        new("Whisper, wav2vec 2.0, RNN-T, Conformer, TTS", "001 T46, T49; 002 F16.4", "not built yet; wav2vec 2.0 needs GroupNormalization, RNN-T needs LSTM"),
        new("BERT, RoBERTa, ALBERT, ELECTRA, XLM", "001 T7, T18, T20, T35, T44", Text),
        new("GPT, LLaMA, Mistral, Qwen, DeepSeek, GLM, PaLM, Claude, Mixtral", "001 T1-T65", Text + "; a mixture of experts chooses layers by the data"),
        new("T5, mT5, BART, M2M-100", "001 T7, T15, T47; 002 F16", Text),
        new("Universal Transformer, Transformer-XL, Longformer, BigBird, Performer, Decision Transformer", "001 T11, T35, T46, T50", Text + "; sparse attention needs Scatter"),
        new("Mamba, S4, RWKV, Jamba", "001 T1, T37, T50, T62, T67", "a scan along the sequence (Loop or Scan), which ONNX files of them have as subgraphs"),
        new("AlphaFold, ESM, Deep Interest Network", "001 T46; 002 F16.3", Text),
        new("GAT, GraphSAGE, GIN", "000/001 ch. 7 titles", "not built yet; as dense products they need no operator that is missing"),
    ];
}
