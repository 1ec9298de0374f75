namespace EdgeKit.Compiler;

/// <summary>Steps of the compiler that make a plan faster or smaller and never change an INT8 result.</summary>
[Flags]
public enum Optimizations
{
    /// <summary>No step.</summary>
    None = 0,
    /// <summary>Concat, Split and Slice of channels as views instead of copies.</summary>
    Views = 1,
    /// <summary>Other orders of channels in memory, so that a channel shuffle costs nothing; needs <see cref="Views"/>. Sums of float convolutions are taken in that order too.</summary>
    Shuffle = 2,
    /// <summary>Elementwise operators and Softmax write over an operand that nobody reads any more.</summary>
    InPlace = 4,
    /// <summary>Convolutions with large tensors between them run interleaved, band by band of rows.</summary>
    Bands = 8,
    /// <summary>Products of queries and keys, Softmax and the product with the values as one operator.</summary>
    Attention = 16,
    /// <summary>Transposed convolutions as convolutions whose channels are the places between two inputs. Float sums are taken in another order.</summary>
    Subpixels = 32,
    /// <summary>Every step.</summary>
    All = Views | Shuffle | InPlace | Bands | Attention | Subpixels,
}
