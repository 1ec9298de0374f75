using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using Xunit;

namespace EdgeKit.Tests.Imaging.Decoding;

public class DecoderAllocationTests
{
    [Fact]
    public void Decoding_allocates_nothing()
    {
        foreach ((ModelDecoder decoder, int outputs) in AllDecoders.Make())
        {
            for (int i = 0; i < outputs; i++) DecoderHarness.Random(i, decoder.Output(i).Length, 0, 3).CopyTo(decoder.Output(i));
            long found = Run(decoder);
            long before = GC.GetAllocatedBytesForCurrentThread();
            found += Run(decoder);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.True(found > 0, decoder.ToString());
        }
    }

    private static long Run(ModelDecoder decoder)
    {
        long found = 0;
        for (int i = 0; i < 20; i++)
        {
            Findings findings = decoder.Decode(new ImageMapping(1, 1, 0, 0), 32, 32);
            found += findings.Boxes.Length + findings.LaneCount + findings.Masks.Count;
            for (int k = 0; k < findings.LaneCount; k++) found += findings.LanePoints(k).Length;
        }
        return found;
    }
}
