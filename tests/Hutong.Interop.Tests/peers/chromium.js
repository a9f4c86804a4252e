// Run in a page of the server's own origin; answers as the other peers do.
async ({ url, id }) => {
  const text = (bytes) => '互通ab'.repeat(Math.floor(bytes / 8)) + '互ab'.repeat(bytes % 8 === 5 ? 1 : 0);
  const binary = (length) => Uint8Array.from({ length }, (_, i) => i % 251);
  const assert = (condition, message) => {
    if (!condition)
      throw new Error(message);
  };

  function open(path, protocols = []) {
    const socket = new WebSocket(url + path, protocols);
    socket.binaryType = 'arraybuffer';
    const messages = [];
    let wake = () => {};
    socket.onmessage = ({ data }) => { messages.push(data); wake(); };
    const closed = new Promise((resolve) => { socket.onclose = resolve; });
    const connection = {
      socket,
      closed,
      async next() {
        while (messages.length === 0)
          await new Promise((resolve) => { wake = resolve; });
        return messages.shift();
      },
      async end() {
        socket.close(1000);
        const { code, wasClean } = await closed;
        assert(code === 1000 && wasClean, `closed with ${code}, clean: ${wasClean}`);
      },
    };
    return new Promise((resolve, reject) => {
      socket.onopen = () => resolve(connection);
      socket.onerror = () => reject(new Error('refused'));
    });
  }

  function isSame(sent, received) {
    if (typeof sent === 'string')
      return sent === received;
    const bytes = new Uint8Array(received);
    return bytes.length === sent.length && bytes.every((byte, i) => byte === sent[i]);
  }

  async function echo(path, message) {
    const connection = await open(path);
    connection.socket.send(message);
    assert(isSame(message, await connection.next()), 'another message came back');
    await connection.end();
    return connection.socket;
  }

  async function command(line, answer) {
    const connection = await open('/control');
    connection.socket.send(line);
    assert(isSame(answer, await connection.next()), 'another answer came');
    await connection.end();
  }

  const checks = {
    'server ping': () => command('ping', 'pong'),
    'server fragments': () => command('stream 200000', binary(200_000)),
    async subprotocol() {
      const chosen = await open('/echo', ['unknown', 'second.hutong', 'first.hutong']);
      assert(chosen.socket.protocol === 'second.hutong', chosen.socket.protocol);
      await chosen.end();
      const none = await open('/echo');
      assert(none.socket.protocol === '', none.socket.protocol);
      await none.end();
    },
    async deflate() {
      const socket = await echo('/deflate', text(65_536));
      assert(socket.extensions.includes('permessage-deflate'), `extensions: '${socket.extensions}'`);
    },
    async blob() {
      const connection = await open('/echo');
      connection.socket.binaryType = 'blob';
      connection.socket.send(new Blob([binary(1000)]));
      assert(isSame(binary(1000), await (await connection.next()).arrayBuffer()), 'another blob came back');
      await connection.end();
    },
    async 'close by client'() {
      const connection = await open(`/echo?id=${id}-close-client`);
      connection.socket.close(3456, 'au revoir 再见');
      const { code, wasClean } = await connection.closed;
      assert(code === 3456 && wasClean, `closed with ${code}, clean: ${wasClean}`);
    },
    async 'close without code'() {
      const connection = await open(`/echo?id=${id}-close-without-code`);
      connection.socket.close();
      const { code, wasClean } = await connection.closed;
      assert(code === 1005 && wasClean, `closed with ${code}, clean: ${wasClean}`);
    },
    async 'close by server'() {
      const connection = await open(`/control?id=${id}-close-server`);
      connection.socket.send('close 3456 tschüss 再见');
      const { code, reason, wasClean } = await connection.closed;
      assert(code === 3456 && reason === 'tschüss 再见' && wasClean, `closed with ${code} '${reason}', clean: ${wasClean}`);
    },
  };
  for (const size of [5, 65_536, 16_777_216]) {
    checks[`text ${size}`] = () => echo('/echo', text(size));
    checks[`binary ${size}`] = () => echo('/echo-async', binary(size));
  }

  const results = [];
  for (const [check, run] of Object.entries(checks)) {
    try {
      await run();
      results.push({ check, ok: true });
    } catch (error) {
      results.push({ check, ok: false, error: String(error.stack ?? error) });
    }
  }
  return JSON.stringify(results);
}
