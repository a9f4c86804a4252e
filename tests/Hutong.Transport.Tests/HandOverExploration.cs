using System.Buffers;
using Hutong.Connections.Drivers;
using Hutong.Transport.Internal;
using Microsoft.AspNetCore.Connections;

namespace Hutong.Transport;

/// <summary>One run of a request that becomes a WebSocket: a script in Kestrel's place reads it, answers, and hands the socket over.</summary>
internal sealed class HandOverExploration(int seed, string[] events, bool keepsRequest) : HttpSimulation(seed, events)
{
    private readonly List<byte> _appended = [];
    private readonly TaskCompletionSource _requested = new();
    private readonly TaskCompletionSource _answered = new();
    private int _requestLength;
    private int _responseLength = int.MaxValue;
    private SocketDriver? _driver;
    private RecordingSink? _sink;
    private Task? _disposed;
    private bool _kestrelIsDone;
    private bool _completed;
    private bool _mustEnd;

    protected override async Task RunAsync()
    {
        var peerReads = PeerReads(OnPeerReceived);
        List<Task> tasks = [PeerSends(), KestrelAsync(), .. Events.Select(Happen)];
        await Task.WhenAll(tasks);

        // What was cut ends by itself; the rest is ended, so that each run must come to its end.
        if (_driver is not null)
        {
            if (_mustEnd)
                await UntilEnded();
            MayRead();
            Complete();
            await EndPeer();
            await UntilEnded();
        }

        MayRead();
        await EndPeer();
        await Dispose();
        await peerReads;
    }

    protected override void Check()
    {
        IsPrefix(PeerReceived, _appended).ShouldBeTrue("the peer received what was not sent");
        if (_sink is not null)
        {
            (_sink.ReceiveEnds, _sink.SendEnds).ShouldBe((1, 1));
            _driver!.UnsentBytes.ShouldBe(0);
            IsPrefix(_sink.Received, PeerSent[_requestLength..]).ShouldBeTrue("received is not what was sent");
        }

        if (IsCut)
            return;
        (_sink!.ReceiveError, _sink.SendError).ShouldBe((null, null));
        _sink.Received.Count.ShouldBe(PeerSent.Count - _requestLength);
        PeerReceived.Count.ShouldBe(_appended.Count);
    }

    private async Task Happen(string what)
    {
        switch (what)
        {
            case "halfclose":
                await _requested.Task;
                await Steps(Random.Next(40));
                await EndPeer();
                break;
            case "abort":
                await Steps(Random.Next(60));
                IsCut = true;
                // Only a request that stays open is the connection's to be cut by.
                _mustEnd |= keepsRequest;
                Socket.Context.Abort(new ConnectionAbortedException());
                break;
            case "abortdriver":
                await Until(() => _driver is not null || _kestrelIsDone, "a driver");
                await Steps(Random.Next(30));
                IsCut = _mustEnd = true;
                _driver?.Abort();
                _driver?.Abort();
                break;
            case "reset":
                await Steps(Random.Next(60));
                Reset();
                break;
            case "peerstops":
                await Steps(Random.Next(60));
                await StopPeer();
                break;
            case "shutdown":
                await Steps(Random.Next(60));
                _mustEnd = true;
                EndLoop();
                break;
        }

        // An answer that was cut does not come.
        if (IsCut)
            _answered.TrySetResult();
    }

    private async Task PeerSends()
    {
        byte[] request = Bytes(5000);
        _requestLength = request.Length;
        bool early = Has("early") || Has("stall");
        bool together = early && Random.Next(2) == 0;
        bool goesOn = await PeerSend(together ? [.. request, .. Bytes(3000)] : request);
        _requested.SetResult();
        if (!early)
            await _answered.Task;
        for (int i = 0; i < 8 && goesOn; i++)
        {
            goesOn = await PeerSend(Bytes(6000));
            await Steps(Random.Next(4));
        }
    }

    private void OnPeerReceived()
    {
        if (PeerReceived.Count >= _responseLength)
            _answered.TrySetResult();
    }

    private async Task KestrelAsync()
    {
        try
        {
            if (await ReadRequest())
            {
                await Steps(Random.Next(5));
                await WriteResponse();
                await Steps(Random.Next(5));
                await HandOver();
            }
        }
        catch (Exception e) when (IsCut && e is IOException or OperationCanceledException)
        {
        }

        if (_driver is not null)
        {
            await Converse();
            return;
        }

        IsCut.ShouldBeTrue("nothing was handed over");
        _kestrelIsDone = true;
        _answered.TrySetResult();
        await Dispose();
    }

    private async Task<bool> ReadRequest()
    {
        while (true)
        {
            var read = await Socket.Context.Transport.Input.ReadAsync();
            // The request's length is known once it was sent.
            if (read.Buffer.Length >= _requestLength)
            {
                var request = read.Buffer.Slice(0, _requestLength);
                request.ToArray().ShouldBe(PeerSent[.._requestLength]);
                Socket.Context.Transport.Input.AdvanceTo(request.End);
                return true;
            }

            Socket.Context.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
                return false;
        }
    }

    private async Task WriteResponse()
    {
        for (int i = Random.Next(1, 3); i > 0; i--)
        {
            byte[] part = Bytes(8000);
            _appended.AddRange(part);
            _responseLength = _appended.Count;
            await Socket.Context.Transport.Output.WriteAsync(part);
        }
    }

    private async Task HandOver()
    {
        int disposal = Has("dispose") ? Random.Next(3) : 3;
        // Kestrel does not give up a connection under a request; should it, nothing may leak.
        IsCut |= disposal < 2;
        if (disposal == 0)
            _ = Dispose();
        var handingOver = Socket.HandOverAsync(watch: null, keepsRequest).AsTask();
        if (disposal == 1)
        {
            await Steps(Random.Next(3));
            _ = Dispose();
        }

        _driver = await handingOver;
        _sink = _driver is null ? null : new RecordingSink(_driver);
        if (disposal == 2)
            _ = Dispose();
        if (IsCut)
            _answered.TrySetResult();
    }

    private async Task Converse()
    {
        if (Random.Next(2) == 0)
            Append();
        await Steps(Random.Next(4));
        _driver!.Start(_sink!);
        for (int i = 0; i < 8; i++)
        {
            Append();
            await Steps(Random.Next(4));
        }

    }

    private void Append()
    {
        byte[] bytes = Bytes(6000);
        lock (_driver!.Gate)
        {
            if (_completed)
                return;
            ((IBufferWriter<byte>)_driver).Write(bytes);
            _appended.AddRange(bytes);
        }

        _driver.Flush();
    }

    private void Complete()
    {
        _completed = true;
        _driver!.CompleteSend();
    }

    private Task UntilEnded() => Until(() => _sink is { ReceiveEnds: > 0, SendEnds: > 0 }, "both ends");

    private Task Dispose() => _disposed ??= Socket.Context.DisposeAsync().AsTask();
}
