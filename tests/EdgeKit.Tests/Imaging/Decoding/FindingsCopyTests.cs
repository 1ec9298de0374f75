using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using Xunit;

namespace EdgeKit.Tests.Imaging.Decoding;

public class FindingsCopyTests
{
    [Fact]
    public void A_copy_holds_all_that_was_found_and_outlives_the_next_picture()
    {
        Findings? copy = null;
        foreach ((ModelDecoder decoder, int outputs) in AllDecoders.Make())
        {
            for (int i = 0; i < outputs; i++) DecoderHarness.Random(i, decoder.Output(i).Length, 0, 3).CopyTo(decoder.Output(i));
            Findings findings = decoder.Decode(new ImageMapping(1, 1, 0, 0), 32, 32);
            string text = Text(findings);
            // The copy before is of another decoder, which mostly has no room for this one's findings.
            copy = findings.CopyTo(copy);
            Assert.NotSame(findings, copy);
            Assert.Equal(text, Text(copy));

            for (int i = 0; i < outputs; i++) decoder.Output(i).Fill(-9);
            decoder.Decode(new ImageMapping(1, 1, 0, 0), 32, 32);
            Assert.NotEqual(text, Text(findings));
            Assert.Equal(text, Text(copy));

            long before = GC.GetAllocatedBytesForCurrentThread();
            Findings again = findings.CopyTo(copy);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Same(copy, again);
            Assert.Equal(Text(findings), Text(copy));
        }
    }

    private static string Text(Findings findings)
    {
        IEnumerable<string> boxes = Enumerable.Range(0, findings.Boxes.Length).Select(i => $"{findings.Boxes[i]} {string.Join(' ', findings.Landmarks(i).ToArray())}");
        IEnumerable<string> lanes = Enumerable.Range(0, findings.LaneCount).Select(i => $"{findings.LaneConfidence(i)} {string.Join(' ', findings.LanePoints(i).ToArray())}");
        IEnumerable<string> masks = findings.Masks.Select(static m => $"{m.Name} {m.Width}x{m.Height} {m.Threshold} {m.Mapping} {Convert.ToHexString(m.Values)}");
        return string.Join('\n', boxes.Concat(lanes).Concat(masks));
    }
}
