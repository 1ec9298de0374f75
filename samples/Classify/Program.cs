// Tells what is in a picture by a compiled classifier that carries its preprocessing: Classify model.ekm picture.jpg
using EdgeKit.Imaging;
using EdgeKit.Runtime.Execution;

using Session session = Session.Load(args[0]);
Preprocessing preprocessing = Preprocessing.Parse(session.File.Preprocessing, args[0]);
float[] input = new float[3 * preprocessing.Height * preprocessing.Width];
Preprocess.ToFloatNchw(ImageFile.Load(args[1]), preprocessing, input);
session.SetInput(0, input);
session.Run();

float[] scores = session.GetOutput(0);
string[] labels = session.File.Labels;
foreach (int index in Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Take(3))
    Console.WriteLine($"{(index < labels.Length ? labels[index] : $"class {index - preprocessing.LabelOffset}")}: {scores[index]:F3}");
