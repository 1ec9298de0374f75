using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Nearest and bilinear resize by index tables, one output row a unit. Views of channels are taken on both sides; the arithmetic is <see cref="InterpolateLoop"/>'s.</summary>
internal static unsafe class ResizeOperator
{
    public static void Plan(ExecutionState* e, int index)
    {
        TensorRecord* y = e->Output(e->Operators + index);
        Work.Plan(e, index, (long)y->Dims[0] * y->Dims[1], y->ElementCount);
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        TensorRecord* x = e->Input(op, 0), y = e->Output(op);
        Work.ToRows(e, index, (long)y->Dims[0] * y->Dims[1], ref begin, ref end);
        bool linear = ((ResizeParameters*)op->Parameters)->Linear != 0;
        int* rows = (int*)e->Data(e->Input(op, 1)), columns = (int*)e->Data(e->Input(op, 2));
        float* rowWeights = linear ? (float*)e->Data(e->Input(op, 3)) : null, columnWeights = linear ? (float*)e->Data(e->Input(op, 4)) : null;
        int height = y->Dims[1], width = y->Dims[2], channels = y->Dims[3], size = x->ElementBytes;
        nint inPixel = (nint)x->PixelStride * size, outPixel = (nint)y->PixelStride * size, inRow = x->Dims[2] * inPixel;
        for (int line = begin; line < end; line++)
        {
            int oy = line % height;
            byte* map = e->Data(x) + (nint)(line / height) * x->Dims[1] * inRow;
            byte* upper = map + rows[oy] * inRow, lower = map + rows[height + oy] * inRow;
            byte* output = e->Data(y) + (nint)line * width * outPixel;
            for (int ox = 0; ox < width; ox++, output += outPixel)
            {
                nint left = columns[ox] * inPixel, right = columns[width + ox] * inPixel;
                if (!linear)
                    RowLoops.Copy(upper + left, output, (nint)channels * size);
                else if (x->Type == PlanType.Float)
                    InterpolateLoop.Run((float*)(upper + left), (float*)(upper + right), (float*)(lower + left), (float*)(lower + right), columnWeights[ox], rowWeights[oy], (float*)output, channels);
                else
                    InterpolateLoop.Run((sbyte*)(upper + left), (sbyte*)(upper + right), (sbyte*)(lower + left), (sbyte*)(lower + right), columnWeights[ox], rowWeights[oy], (sbyte*)output, channels);
            }
        }
    }
}
