using System.Text.Json;

namespace Hutong.SocketIO.Protocol;

/// <summary>Goes through the arguments of an event or an answer: the values of the array that its payload is.</summary>
public ref struct SocketArgumentReader
{
    private Utf8JsonReader _reader;

    /// <summary>Begins.</summary>
    /// <param name="array">The payload of a packet that was read: an array.</param>
    public SocketArgumentReader(ReadOnlySpan<byte> array)
    {
        _reader = new Utf8JsonReader(array, new JsonReaderOptions { MaxDepth = 300 });
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartArray)
            throw new ArgumentException("The payload is no array.", nameof(array));
    }

    /// <summary>Reads the next value.</summary>
    /// <param name="start">Where it begins in the payload.</param>
    /// <param name="length">How many bytes it takes.</param>
    /// <returns>False if there is none left.</returns>
    public bool TryRead(out int start, out int length)
    {
        start = length = 0;
        if (!_reader.Read() || _reader.TokenType == JsonTokenType.EndArray)
            return false;
        start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        length = (int)_reader.BytesConsumed - start;
        return true;
    }
}
