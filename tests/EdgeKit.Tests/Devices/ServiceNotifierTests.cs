using System.Net.Sockets;
using System.Text;
using EdgeKit.Devices;
using Xunit;

namespace EdgeKit.Tests.Devices;

public sealed class ServiceNotifierTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Says_that_it_is_ready_alive_and_ending(bool isAbstract)
    {
        if (!OperatingSystem.IsLinux()) return;
        string path = Path.Combine(Path.GetTempPath(), $"edgekit-notify-{Environment.ProcessId}-{isAbstract}");
        File.Delete(path);
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(isAbstract ? $"\0{path}" : path));
        try
        {
            using (var service = new ServiceNotifier(isAbstract ? $"@{path}" : path, "60000000"))
            {
                service.Alive();
                // Half of the interval has not gone by.
                service.Alive();
                long before = GC.GetAllocatedBytesForCurrentThread();
                service.Alive();
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            }
            Assert.Equal(["READY=1", "WATCHDOG=1", "STOPPING=1"], Enumerable.Range(0, 3).Select(_ => Receive(manager)));
            Assert.Equal(0, manager.Available);
            using (var eager = new ServiceNotifier(isAbstract ? $"@{path}" : path, "0"))
            {
                eager.Alive();
                eager.Alive();
            }
            Assert.Equal(["READY=1", "WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"], Enumerable.Range(0, 4).Select(_ => Receive(manager)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/nobody/listens")]
    public void Without_a_manager_it_does_nothing(string? path)
    {
        using var service = new ServiceNotifier(path, null);
        service.Alive();
    }

    private static string Receive(Socket manager)
    {
        byte[] message = new byte[64];
        return Encoding.ASCII.GetString(message, 0, manager.Receive(message));
    }
}
