using EdgeKit.Training;
using EdgeKit.Training.Optimizing;
using EdgeKit.Training.Running;
using Xunit;

namespace EdgeKit.Tests.Training.Running;

/// <summary>The loop on a least-squares problem, whose gradient is known.</summary>
public sealed class TrainerTests : IDisposable
{
    private const int Steps = 40;

    private readonly string _path = Directory.CreateTempSubdirectory("edgekit-trainer").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void It_learns_and_batches_made_ahead_change_nothing(int ahead)
    {
        Problem once = new(), again = new();
        once.Train(Plan(checkpoints: false) with { BatchesAhead = 0 });
        again.Train(Plan(checkpoints: false) with { BatchesAhead = ahead });
        Assert.Equal(once.Bits, again.Bits);
        Assert.True(once.Losses[^1] < 0.01 * once.Losses[0], $"the loss went from {once.Losses[0]} to {once.Losses[^1]}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    public void A_training_that_is_interrupted_again_and_again_ends_with_the_same_bits(double decay)
    {
        Problem whole = new();
        whole.Train(Plan(checkpoints: false) with { AverageDecay = decay });
        Problem last;
        int stops = 0;
        while (true)
        {
            last = new Problem { StopAfter = 7 };
            try
            {
                last.Train(Plan() with { AverageDecay = decay });
                break;
            }
            catch (TrainingInterruptedException e)
            {
                Assert.Contains("goes on", e.Message);
                stops++;
            }
        }
        Assert.Equal(Steps / 7, stops);
        Assert.Equal(whole.Bits, last.Bits);
        Assert.Equal(whole.Losses, last.Losses);
    }

    [Fact]
    public void A_training_that_dies_goes_on_from_its_last_checkpoint_to_the_same_bits()
    {
        Problem whole = new();
        whole.Train(Plan(checkpoints: false));
        var dying = new Problem { DieAt = 23 };
        Assert.Throws<InvalidTimeZoneException>(() => dying.Train(Plan()));
        Problem second = new();
        second.Train(Plan());
        Assert.Equal(20, second.First);
        Assert.Equal(whole.Bits, second.Bits);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_it_and_leaves_the_last_checkpoint()
    {
        var broken = new Problem { NotANumberAt = 33 };
        string message = Assert.Throws<TrainingException>(() => broken.Train(Plan())).Message;
        Assert.Contains("step 34", message);
        Assert.Contains("after step 30", message);
        Problem second = new();
        second.Train(Plan());
        Assert.Equal(30, second.First);
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_ends_it()
    {
        string file = Path.Combine(_path, "file");
        File.WriteAllText(file, "");
        Assert.Throws<IOException>(() => new Problem().Train(Plan() with { Checkpoints = new CheckpointFolder(Path.Combine(file, "folder")) }));
    }

    [Fact]
    public void A_finished_training_is_not_done_again()
    {
        new Problem().Train(Plan());
        Problem again = new();
        again.Train(Plan());
        Assert.Null(again.First);
        Assert.Equal(Steps, again.Losses.Count);
    }

    private TrainingPlan Plan(bool checkpoints = true) => new()
    {
        Job = "least squares",
        Rate = new LearningRate { Peak = 0.1, Steps = Steps, WarmUp = 4 },
        CheckpointEvery = 10,
        Checkpoints = checkpoints ? new CheckpointFolder(_path) : null,
    };

    private sealed class Problem
    {
        private static readonly float[] Truth = [1, -2, 3, 0.5f];

        private readonly Parameter _weights = new("w", new float[4], [1, 4]);
        private readonly float[] _seen = new float[1];
        private Trainer? _trainer;

        public int StopAfter { get; init; } = int.MaxValue;
        public int DieAt { get; init; } = -1;
        public int NotANumberAt { get; init; } = -1;

        /// <summary>The first step that was done.</summary>
        public long? First { get; private set; }

        public IReadOnlyList<float> Losses => _trainer!.Losses;
        public int[] Bits => [.. _weights.Value.ToFloats().Append(_seen[0]).Select(BitConverter.SingleToInt32Bits)];

        public void Train(TrainingPlan plan)
        {
            _trainer = new Trainer(plan, new Sgd([_weights]) { Momentum = 0.5f }, [StateArray.Of("seen", _seen)]);
            using var stop = new CancellationTokenSource();
            int done = 0;
            _trainer.Run(Prepare, batch => Gradients(batch.Step, batch.Rows), _ =>
            {
                if (++done == StopAfter) stop.Cancel();
            }, cancel: stop.Token);
        }

        private static (long Step, float[] Rows) Prepare(long step)
        {
            var random = CounterRandom.Of(1, step);
            float[] rows = new float[8 * 4];
            for (int i = 0; i < rows.Length; i++) rows[i] = random.NextGaussian();
            return (step, rows);
        }

        private double Gradients(long step, float[] rows)
        {
            First ??= step;
            if (step == DieAt) throw new InvalidTimeZoneException();
            Span<float> w = _weights.Value.AsSpan<float>();
            Array.Clear(_weights.Gradient);
            double loss = 0;
            for (int r = 0; r < 8; r++)
            {
                float error = 0;
                for (int k = 0; k < 4; k++) error += rows[4 * r + k] * (w[k] - Truth[k]);
                for (int k = 0; k < 4; k++) _weights.Gradient[k] += error * rows[4 * r + k] / 8;
                loss += error * error / 16;
            }
            _seen[0]++;
            return step == NotANumberAt ? double.NaN : loss;
        }
    }
}
