// Finds lane lines or objects in what a camera sees, until it ends or Ctrl-C: CameraLoop model.ekm /dev/video0 [frames]
using EdgeKit.Devices;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

using Session session = Session.Load(args[0]);
Preprocessing preprocessing = Preprocessing.Parse(session.File.Preprocessing, args[0]);
TensorInfo input = session.Tensors[session.Inputs[0]];
var preprocessor = new Preprocessor(preprocessing, input.Scale, input.ZeroPoint);
ModelDecoder decoder = ModelDecoder.Create(preprocessing, [.. session.Outputs.Select(o => new OutputShape(session.Tensors[o].Name, session.Tensors[o].LogicalDims))], args[0]);

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) => { e.Cancel = true; stop.Cancel(); };
using IFrameSource camera = CameraList.Open(args[1], new CameraRequest { Width = 640, Height = 480 }, Console.Error.WriteLine);
using var pump = new FramePump(camera, stop.Token);
int left = args.Length > 2 ? int.Parse(args[2]) : int.MaxValue;
while (left-- > 0 && pump.Take() is { } frame)
{
    // One pass from the camera's pixels to the model's bytes; then the camera has its buffer back.
    (int width, int height) = (frame.Width, frame.Height);
    ImageMapping mapping = preprocessor.ToInt8Nhwc(frame.Picture, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, sbyte>(session.InputBytes(0)));
    frame.Return();
    session.Run();
    for (int i = 0; i < session.Outputs.Count; i++) session.ReadOutput(i, decoder.Output(i));
    Findings findings = decoder.Decode(mapping, width, height);
    Console.WriteLine($"{findings.Boxes.Length} boxes, {findings.LaneCount} lanes; {pump.Dropped} frames dropped");
}
