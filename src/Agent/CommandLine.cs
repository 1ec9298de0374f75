using EdgeKit.Devices;
using EdgeKit.Devices.Profiling;
using EdgeKit.Imaging;
using EdgeKit.Runtime;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Agent;

/// <summary>From arguments to an exit code: stdout gets the result, stderr one line for a failure.</summary>
internal static class CommandLine
{
    private const string Help =
        """
        edgekit-agent: runs models compiled to .ekm

          edgekit-agent run MODEL.ekm IMAGE...  finds classes, objects, lanes
            --top N        classes to print (5)
            --draw PATH    draws what is found: a .png file, or a folder for several
            --config FILE  preprocessing, instead of the model's own
          edgekit-agent watch MODEL.ekm...      runs on a camera, a line a frame
            --camera NAME  /dev/videoN, csi[:N] (Raspberry Pi), jetson[:N], a .y4m,
                           .mjpeg or .yuyv file, a folder, or scenes[:SEED]
            --size WxH     of the picture (640x480), nearest that there is
            --fps N        of the camera, nearest that there is
            --format NAME  of its pixels: yuyv, nv12, mjpg, rgb, grey
            --play N       plays a file N pictures a second, as a camera would
            --tile N       looks at large pictures tile by tile, as they are, each with
                           a halo of N pixels; auto: of as many as the model sees
            --slots DIR    instead of MODEL.ekm: the model stored there, also when
                           it changes; 30 frames confirm a new one
            --settings F   a file of lines such as "camera = /dev/video0"
            --frames N     stops after N; without, at the end or on Ctrl-C
            --top N        classes to print (1)
            --web PORT     a web page with the live picture, and /metrics, for this
                           machine alone; ADDRESS:PORT for others too, which needs
            --web-token-file FILE  with a secret that who looks must show
            --web-viewers N  viewers of the live picture at most (8)
            --web-fps N      its pictures a second at most (10)
            --webhook URL  posts what is found as JSON, in batches;
            --webhook-token-file FILE  with this secret; --webhook-ca FILE  to a server
                           whose certificate this authority (PEM) has signed
            --mqtt URL     publishes it: mqtt://BROKER/TOPIC, or mqtts:// by TLS;
            --mqtt-user NAME, --mqtt-password-file FILE, --mqtt-ca FILE  for the broker
            --record DIR   records pictures with what was found drawn on them;
            --record-mb N    at most so many megabytes, the oldest go (256)
            --record-fps N   at most so many a second (2)
          edgekit-agent camera                  says what a camera delivers
            --out FILE     writes a picture, .png or .ppm; else as for watch
          edgekit-agent update --slots DIR      stores a model for watch --slots DIR,
            --from FILE    which takes it over; FILE.sig is its signature
            --roll-back    back to the model before, instead
          edgekit-agent slots --slots DIR       says which models are stored there
          edgekit-agent bench MODEL.ekm         measures latency and memory
            --runs N       runs, instead of two seconds
            --per-layer    also time every operator
          edgekit-agent profile MODEL.ekm...    measures models over threads and kinds
                         of cores while it watches clock, heat and throttling
            --out FILE     writes all as JSON, also for compress --target FILE and
                           for pages (edgekit profile --from FILE --html PAGE)
            --compare F    against an earlier profile: exit 3 where slower than
            --bound P      P percent (5); --across: also other machines and files
            --threads LIST of the sweep, such as 1,4, instead of all
            --rounds N     at each point (8), --seconds S long (0.25);
            --repeats N    of disturbed rounds (6), after --cool-down S (10)
          edgekit-agent doctor                  checks this machine, says what mends it
            --settings F   of the service (/etc/edgekit/agent.conf)
            --slots DIR    with its models (/var/lib/edgekit/slots)
          edgekit-agent kernels                 lists the kernels and what this CPU has

        For all: --threads N or auto (1), --cores LIST (such as 4-7), --json.
        Also: --version, --help.
        Exit codes: 0 done, 1 failure, 2 wrong command line, 3 slower than a bound,
        4 malformed model, 5 a camera that does not work, 6 disturbed measurement,
        130 interrupted.
        """;

    public static int Run(string[] args, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        try
        {
            Dispatch(args, output, errors, cancel);
            output.Flush();
            return ExitCode.Success;
        }
        catch (Exception e)
        {
            (int code, string message) = Explain(e);
            errors.WriteLine($"edgekit-agent: {message.ReplaceLineEndings(" ")}");
            return code;
        }
    }

    private static void Dispatch(string[] args, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        if (args.Length == 0) throw new UsageException("nothing to do; see edgekit-agent --help");
        if (args.Contains("--help") || args[0] is "-h" or "help")
        {
            output.WriteLine(Help);
            return;
        }
        ReadOnlySpan<string> rest = args.AsSpan(1);
        switch (args[0])
        {
            case "run": RunCommand.Run(rest, output, cancel); break;
            case "watch": WatchCommand.Run(rest, output, cancel); break;
            case "update": UpdateCommand.Run(rest, output); break;
            case "slots": SlotsCommand.Run(rest, output); break;
            case "camera": CameraCommand.Run(rest, output, cancel); break;
            case "bench": BenchCommand.Run(rest, output, cancel); break;
            case "profile": ProfileCommand.Run(rest, output, errors, cancel); break;
            case "doctor": DoctorCommand.Run(rest, output); break;
            case "kernels": KernelsCommand.Run(rest, output); break;
            case "--version": output.WriteLine(ProductVersion.Text); break;
            default: throw new UsageException($"unknown command '{args[0]}'; see edgekit-agent --help");
        }
    }

    private static (int ExitCode, string Message) Explain(Exception exception) => exception switch
    {
        UsageException => (ExitCode.Usage, exception.Message),
        VerdictException verdict => (verdict.ExitCode, verdict.Message),
        OperationCanceledException => (ExitCode.Interrupted, "interrupted"),
        PlanException or SlotException => (ExitCode.Model, exception.Message),
        DeviceException => (ExitCode.Device, exception.Message),
        ImageException or ProfileException or IOException or UnauthorizedAccessException => (ExitCode.Failure, exception.Message),
        OutOfMemoryException => (ExitCode.Failure, "there is not enough memory for this model"),
        _ => (ExitCode.Failure, $"this is an error in EdgeKit, please report it: {exception.GetType().Name}: {exception.Message}"),
    };
}
