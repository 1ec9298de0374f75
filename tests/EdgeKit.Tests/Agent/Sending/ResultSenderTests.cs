using System.Globalization;
using System.Text;
using EdgeKit.Agent;
using EdgeKit.Agent.Sending;
using Xunit;

namespace EdgeKit.Tests.Agent.Sending;

public sealed class ResultSenderTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public void A_queue_keeps_the_newest_in_their_order_and_counts_the_others()
    {
        var queue = new ResultQueue(5);
        var batch = new ResultBatch(3);
        for (int i = 0; i < 12; i++) queue.Put(Text(i));
        Assert.Equal(7, queue.Dropped);
        Assert.True(queue.Take(batch, Long));
        Assert.Equal(["7", "8", "9"], TextsOf(batch));
        // Not full: no waiting where there is no patience.
        Assert.True(queue.Take(batch, TimeSpan.Zero));
        Assert.Equal(["10", "11"], TextsOf(batch));
        queue.Put("the last"u8);
        queue.Close();
        queue.Put("too late"u8);
        Assert.True(queue.Take(batch, Long));
        Assert.Equal(["the last"], TextsOf(batch));
        Assert.False(queue.Take(batch, Long));
        Assert.Equal(8, queue.Dropped);
    }

    [Fact]
    public void Putting_in_and_taking_out_allocate_nothing_once_texts_have_had_their_length()
    {
        var queue = new ResultQueue(16);
        var batch = new ResultBatch(8);
        byte[] text = new byte[300];
        void Rounds()
        {
            // More than there is room for.
            for (int i = 0; i < 50; i++) queue.Put(text.AsSpan(0, 200 + i));
            queue.Take(batch, TimeSpan.Zero);
            queue.Take(batch, TimeSpan.Zero);
            queue.Put(text);
            queue.Take(batch, TimeSpan.Zero);
        }
        for (int i = 0; i < 5; i++) Rounds();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++) Rounds();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Results_go_in_batches_in_their_order()
    {
        var transport = new FakeTransport();
        transport.Gate.Reset();
        using (ResultSender sender = Sender(transport, capacity: 1024))
        {
            sender.Put(Text(0));
            transport.Begun.Wait();
            for (int i = 1; i <= 130; i++) sender.Put(Text(i));
            transport.Gate.Set();
            WaitFor(() => sender.Counts.Sent == 131);
            Assert.Equal(new SinkCounts(131, 0, 0, 0), sender.Counts);
        }
        Assert.Equal([1, 64, 64, 2], transport.Taken.Select(static b => b.Length));
        Assert.Equal(Enumerable.Range(0, 131).Select(static i => $"{i}"), transport.Taken.SelectMany(static b => b));
        Assert.True(transport.IsDisposed);
    }

    [Fact]
    public void A_failure_is_told_once_and_tried_again_with_growing_uneven_pauses_while_the_oldest_make_room()
    {
        var transport = new FakeTransport([.. Enumerable.Repeat(new IOException("no way"), 10)]);
        var waits = new List<double>();
        var told = new List<string>();
        using (var sender = new ResultSender(transport, told.Add, 4, TimeSpan.Zero, (time, _) =>
        {
            lock (waits) waits.Add(time.TotalSeconds);
            return false;
        }, seed: 3))
        {
            sender.Put(Text(0));
            WaitFor(() => sender.Counts.Sent == 1);
            Assert.Equal(new SinkCounts(1, 0, 0, 10), sender.Counts);
        }
        double[] nominal = [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60];
        Assert.Equal(nominal.Length, waits.Count);
        Assert.All(waits.Zip(nominal), static w => Assert.InRange(w.First, w.Second * 0.5, w.Second * 1.5));
        double[] jitter = [.. waits.Zip(nominal).Select(static w => w.First / w.Second)];
        Assert.Equal(jitter.Length, jitter.Distinct().Count());
        Assert.Equal(["fake: no way; the newest 4 results wait", "fake: works again"], told);

        // Another board waits otherwise.
        var others = new List<double>();
        using (var sender = new ResultSender(new FakeTransport(new IOException("no way")), static _ => { }, 4, TimeSpan.Zero, (time, _) =>
        {
            lock (others) others.Add(time.TotalSeconds);
            return false;
        }, seed: 4))
        {
            sender.Put(Text(0));
            WaitFor(() => sender.Counts.Sent == 1);
        }
        Assert.NotEqual(waits[0], others[0]);
    }

    [Fact]
    public void While_it_fails_the_newest_wait_and_the_dropped_are_counted()
    {
        var transport = new FakeTransport(new IOException("no way"));
        using var waiting = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using (var sender = new ResultSender(transport, static _ => { }, 4, TimeSpan.Zero, (_, _) =>
        {
            waiting.Set();
            goOn.Wait(CancellationToken.None);
            return false;
        }, seed: 3))
        {
            sender.Put(Text(0));
            waiting.Wait();
            for (int i = 1; i <= 10; i++) sender.Put(Text(i));
            Assert.Equal(new SinkCounts(0, 6, 0, 1), sender.Counts);
            goOn.Set();
            WaitFor(() => sender.Counts.Sent == 5);
        }
        Assert.Equal(["0", "7", "8", "9", "10"], transport.Taken.SelectMany(static b => b));
    }

    [Fact]
    public void What_is_refused_is_not_sent_again_and_the_next_goes_on()
    {
        var transport = new FakeTransport(new RefusedException("answers 400"), null);
        var told = new List<string>();
        using (ResultSender sender = Sender(transport, 16, told.Add))
        {
            sender.Put(Text(0));
            WaitFor(() => sender.Counts.Refused == 1);
            sender.Put(Text(1));
            WaitFor(() => sender.Counts.Sent == 1);
            Assert.Equal(new SinkCounts(1, 0, 1, 0), sender.Counts);
        }
        Assert.Equal(["1"], transport.Taken.SelectMany(static b => b));
        Assert.Equal(["fake: answers 400; what is refused is not sent again", "fake: works again"], told);
    }

    [Fact]
    public void The_end_sends_what_waits_and_does_not_wait_for_a_server_that_does_not_answer()
    {
        var transport = new FakeTransport();
        ResultSender sender = Sender(transport, 1024, linger: Long);
        for (int i = 0; i < 3; i++) sender.Put(Text(i));
        sender.Dispose();
        Assert.Equal(["0", "1", "2"], transport.Taken.SelectMany(static b => b));

        var silent = new FakeTransport();
        silent.Gate.Reset();
        sender = Sender(silent, 1024);
        sender.Put(Text(0));
        silent.Begun.Wait();
        for (int i = 1; i < 5; i++) sender.Put(Text(i));
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        sender.Dispose();
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds, 0.5, 1.5);
        Assert.Equal(5, sender.Counts.Dropped);
        Assert.Equal(0, sender.Counts.Sent);

        // A pause between attempts ends at once, and there is one more attempt.
        var failing = new FakeTransport([.. Enumerable.Repeat(new IOException("no way"), 100)]);
        sender = new ResultSender(failing, static _ => { }, 16, TimeSpan.Zero, static (_, cancel) => cancel.WaitHandle.WaitOne(Long), seed: 1);
        sender.Put(Text(0));
        failing.Begun.Wait();
        sender.Dispose();
        Assert.Equal(2, failing.Attempts);
        Assert.Equal(new SinkCounts(0, 1, 0, 2), sender.Counts);
    }

    private static ResultSender Sender(FakeTransport transport, int capacity, Action<string>? tell = null, TimeSpan linger = default) =>
        new(transport, tell ?? (static _ => { }), capacity, linger, static (_, _) => false, seed: 1);

    private static byte[] Text(int number) => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private static string[] TextsOf(ResultBatch batch) => [.. Enumerable.Range(0, batch.Count).Select(i => Encoding.UTF8.GetString(batch[i]))];

    internal static void WaitFor(Func<bool> holds) => Assert.True(SpinWait.SpinUntil(holds, TimeSpan.FromSeconds(30)), "it does not come to hold");
}
