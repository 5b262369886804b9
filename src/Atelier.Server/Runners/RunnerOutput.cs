using System.IO.Pipes;

namespace Atelier.Server.Runners;

/// <summary>
/// Reads a runner's standard output and standard error line by line, on a thread of its own, and on demand:
/// <see cref="Drain"/> returns when everything that the runner wrote before has been handed over.
/// </summary>
/// <remarks>
/// Output and answer come on different ways, and an answer may overtake the lines written before it. After an answer,
/// its call drains the pipes, so that a finished request has its whole log. Whoever reads holds the gate from the look
/// at the pipe to the last line of it, so nothing is ever between the two readers. A read is made only when poll(2)
/// promises that it will not block.
/// </remarks>
sealed class RunnerOutput
{
    /// <summary>Capacity of a pipe on Linux: no more can be written before an answer and still be unread.</summary>
    const int PipeBytes = 64 * 1024;

    // The thread wakes this often to see whether the process has gone while a grandchild holds the pipe open.
    const int WakeUpMilliseconds = 1000;

    readonly Lock _gate = new();
    readonly byte[] _buffer = new byte[PipeBytes];
    readonly Pipe[] _pipes;
    volatile bool _ended;

    /// <param name="take">Takes each line, one at a time; must not block.</param>
    public RunnerOutput(Stream standardOutput, Stream standardError, Action<RunnerLine> take)
    {
        _pipes =
        [
            new((PipeStream)standardOutput, "STDOUT", take),
            new((PipeStream)standardError, "STDERR", take),
        ];
        new Thread(Read) { IsBackground = true, Name = "runner output" }.Start();
    }

    /// <summary>Hands over what is in the pipes now.</summary>
    public void Drain()
    {
        lock (_gate)
        {
            var descriptors = Descriptors();
            for (var read = 0; read < _pipes.Length * PipeBytes && Posix.Poll(descriptors, 0) > 0;)
            {
                for (var i = 0; i < _pipes.Length; i++)
                {
                    if (descriptors[i].Found != 0)
                    {
                        read += _pipes[i].ReadOnce(_buffer);
                        descriptors[i].Descriptor = _pipes[i].Descriptor;
                    }
                }
            }
        }
    }

    /// <summary>Reads what is left and lets the thread go: the process has ended.</summary>
    public void End()
    {
        Drain();
        _ended = true;
        lock (_gate)
        {
            foreach (var pipe in _pipes)
            {
                pipe.Close();
            }
        }
    }

    void Read()
    {
        while (!_ended)
        {
            var descriptors = Descriptors();
            if (Array.TrueForAll(descriptors, pipe => pipe.Descriptor < 0))
            {
                return;
            }

            if (Posix.Poll(descriptors, WakeUpMilliseconds) > 0)
            {
                Drain();
            }
        }
    }

    PollDescriptor[] Descriptors() =>
        Array.ConvertAll(_pipes, pipe => new PollDescriptor { Descriptor = pipe.Descriptor, Wanted = Posix.PollIn });

    sealed class Pipe(PipeStream stream, string name, Action<RunnerLine> take)
    {
        readonly LineSplitter _lines = new(RunnerLine.MaxRawBytes, line => take(RunnerLine.Parse(line, name)));
        volatile bool _closed;

        /// <summary>For poll(2); -1 once the pipe is closed.</summary>
        public int Descriptor => _closed ? -1 : (int)stream.SafePipeHandle.DangerousGetHandle();

        public int ReadOnce(byte[] buffer)
        {
            var count = stream.Read(buffer);
            if (count == 0)
            {
                Close();
            }
            else
            {
                _lines.Add(buffer.AsSpan(0, count));
            }

            return count;
        }

        public void Close()
        {
            if (!_closed)
            {
                _closed = true;
                _lines.Complete();
                stream.Dispose();
            }
        }
    }
}
