using System.Text;
using Hutong.Client.Internal;
using Hutong.Protocol;

namespace Hutong.Client;

/// <content>Closing.</content>
public sealed partial class W3CWebSocket
{
    private CloseCode _closeCode = CloseCode.NoStatus;
    private string _closeReason = "";

    /// <summary>
    /// Closes: what was given to <c>Send</c> before goes first, no message event comes after. While connecting, it gives up: error and close with 1006
    /// follow, never open. Repeated calls do nothing.
    /// </summary>
    /// <param name="code">1000, or 3000 to 4999; null for none.</param>
    /// <param name="reason">At most 123 bytes of UTF-8; with a reason and no code, the code is 1000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The browser's <c>InvalidAccessError</c>: another code.</exception>
    /// <exception cref="W3CSyntaxException">The reason is too long.</exception>
    public void Close(ushort? code = null, string? reason = null)
    {
        if (code is not null and not 1000 and not (>= 3000 and <= 4999))
            throw new ArgumentOutOfRangeException(nameof(code), code, "A close code is 1000, or 3000 to 4999.");
        reason ??= "";
        if (Encoding.UTF8.GetByteCount(reason) > CloseCodes.MaxReasonBytes)
            throw new W3CSyntaxException("A close reason holds at most 123 bytes of UTF-8.", nameof(reason));
        BeginClose(code is { } number ? (CloseCode)number : reason.Length > 0 ? CloseCode.Normal : CloseCode.NoStatus, reason);
    }

    private void BeginClose(CloseCode code, string reason)
    {
        bool isConnecting;
        lock (_lock)
        {
            if (_state >= ReadyState.Closing)
                return;
            isConnecting = _state == ReadyState.Connecting;
            _state = ReadyState.Closing;
            _closeCode = code;
            _closeReason = reason;
            if (_pumping)
            {
                // Behind what is being sent.
                _queue.Enqueue(new PendingItem { IsClose = true });
                return;
            }
        }

        // Not in place: what waits for the cancellation would go on inside the caller's Close.
        if (isConnecting)
            _ = _connecting.CancelAsync();
        else
            _ = _connection!.CloseAsync(code, reason);
    }
}
