namespace EdgeKit.Conformance.Systems;

/// <content>What the table lacks.</content>
public static partial class SystemTable
{
    private const string Text = "reads token ids, and the runtime takes float inputs only; a cache of keys and values that grows has no place in a plan of fixed shapes. Blocks as in the Transformer encoder above";

    /// <summary>Systems that are named and not built, and why.</summary>
    public static IReadOnlyList<MissingSystem> Missing { get; } =
    [
        new("Faster R-CNN, Mask R-CNN", "002 V4, V16; 001 P14; 004 §8.2; C46", "RoiAlign, and a number of boxes that only the picture tells. Their trunk is that of FPN above"),
        new("Plain RNN, deep RNN, seq2seq", "000/001 ch. 5 titles; 001 T15, T37", "not built; layers as in the LSTM and GRU heads above, one on another"),
        new("Deformable DETR", "C46; 001 P3, T46", "not built yet; no operator is missing"),
        new("SAM", "001 P1, P5", "not built yet; its windows and relative positions need no operator that is missing"),
        new("Tesla FSD, XPeng XNet", "C16; 001 P5, P14, P15", "no layers were published"),
        new("BEV models", "C44, C50, C58, C65; 001 T46; 002 V15 §4", "none of the named models has published layers; of what they are made (depthwise and transposed convolutions, GridSample for the view) nothing is missing"),
        new("StyleGAN", "002 V15, V16", "kernels that are modulated by a second input are computed weights, which Conv does not take"),
        new("Sora, CogVideoX", "002 V13, V16; 001 P9, T1, T46", "not built yet; Sora's layers were not published"),
        new("Stable Diffusion, SD3, Flux, DALL-E, Midjourney, Diffusion Transformer", "C1, C11, C43, C50, C56; 001 P1, P5, T1, T70; 002 V15", "not built yet: a U-Net of convolutions, group normalisation and attention, whose text encoder " + Text),
        new("CLIP, Flamingo, GPT-4V, Gemini", "001 P5, P8, T46, T47; 002 L5", "the picture tower is the ViT above in another size; the text tower " + Text),
        new("Whisper, wav2vec 2.0, RNN-T, Conformer, TTS", "001 T46, T49; 002 F16.4", "not built yet; encoders need no operator that is missing, and sound of any length has no place in a plan of fixed shapes"),
        new("BERT, RoBERTa, ALBERT, ELECTRA, XLM", "001 T7, T18, T20, T35, T44", Text),
        new("GPT, LLaMA (as they are run), Mistral, Qwen, DeepSeek, GLM, PaLM, Claude, Mixtral", "001 T1-T65", Text + "; a decoder that sees all tokens at once is above; a mixture of experts chooses layers by the data"),
        new("T5, mT5, BART, M2M-100", "001 T7, T15, T47; 002 F16", Text),
        new("Universal Transformer, Transformer-XL, Longformer, BigBird, Performer, Decision Transformer", "001 T11, T35, T46, T50", Text + "; sparse attention needs Scatter"),
        new("Mamba, S4, RWKV, Jamba", "001 T1, T37, T50, T62, T67", "a scan along the sequence (Loop or Scan), which ONNX files of them have as subgraphs"),
        new("AlphaFold, ESM, Deep Interest Network", "001 T46; 002 F16.3", Text),
    ];
}
